import { markup, type Html } from './html.js';

/** Text of a description with its `code` set off. */
export function inline(text: string): Html {
  return markup`${text.split('`').map((part, index) => (index % 2 === 1 ? markup`<code>${part}</code>` : part))}`;
}

/** A path, which may be broken before each slash and nowhere else while there is room. */
export function breakable(path: string): Html {
  return markup`${path.split(/(?<=.)(?=\/)/).map((part, index) => (index === 0 ? part : markup`<wbr />${part}`))}`;
}

/** Text of a description, in paragraphs. */
export function paragraphs(text: string): Html {
  return markup`${text.split('\n\n').map((part) => markup`<p>${inline(part)}</p>`)}`;
}
