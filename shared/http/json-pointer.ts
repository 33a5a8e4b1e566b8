/** Characters of a pointer that an answer carries: names come from the request, and may be as long as it. */
const lengthMax = 256;
const ellipsis = encodeURIComponent('…');
/** Cannot be encoded; cutting a name may leave one. */
const loneSurrogate = /\p{Surrogate}/gu;

/**
 * RFC 6901, as a URI fragment: `#/items/0/quantity`. Nothing in it can be taken for markup, whatever the names hold. One that
 * would be longer than 256 characters ends in an ellipsis.
 */
export function jsonPointer(path: readonly PropertyKey[]): string {
  let pointer = '#';
  for (const part of path) {
    // Cut before it is encoded: encoding a name of megabytes costs, and a cut must not fall into an escape.
    const name = String(part).slice(0, lengthMax);
    const escaped = name.replace(loneSurrogate, '\ufffd').replaceAll('~', '~0').replaceAll('/', '~1');
    const encoded = encodeURIComponent(escaped).replaceAll("'", '%27');
    if (pointer.length + encoded.length >= lengthMax) return `${pointer}/${ellipsis}`;
    pointer += `/${encoded}`;
  }
  return pointer;
}
