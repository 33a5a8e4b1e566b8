const quote = 0x22;
const backslash = 0x5c;
const colon = 0x3a;
const comma = 0x2c;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;

/**
 * How many names the objects in a JSON text have, repeated ones counted each time; undefined when more than `depthMax` objects and
 * lists are in each other. Looks at each character once and keeps nothing. Of a text that is not JSON it says something, and
 * never fails.
 */
export function countNames(text: string, depthMax: number): number | undefined {
  let names = 0;
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    switch (text.charCodeAt(at)) {
      case quote:
        at = endOfString(text, at);
        break;
      case colon:
        names += 1;
        break;
      case openBrace:
      case openBracket:
        depth += 1;
        if (depth > depthMax) return undefined;
        break;
      case closeBrace:
      case closeBracket:
        depth -= 1;
        break;
    }
  }
  return names;
}

/** An object that is being read, and the names that it had so far; or a list, and where in it one is. */
interface Open {
  readonly names: Set<string> | undefined;
  at: string | number;
}

/** The path of the first name that its object has had before. `text` must be what `JSON.parse` takes. */
export function findRepeatedName(text: string): PropertyKey[] | undefined {
  const open: Open[] = [];
  let nameIsNext = false;
  for (let at = 0; at < text.length; at += 1) {
    const inner = open.at(-1);
    switch (text.charCodeAt(at)) {
      case quote: {
        const end = endOfString(text, at);
        if (nameIsNext && inner?.names) {
          // Names are the same if they mean the same: "a" and "\u0061".
          inner.at = JSON.parse(text.slice(at, end + 1)) as string;
          if (inner.names.has(inner.at)) return open.map((each) => each.at);
          inner.names.add(inner.at);
          nameIsNext = false;
        }
        at = end;
        break;
      }
      case openBrace:
        open.push({ names: new Set(), at: '' });
        nameIsNext = true;
        break;
      case openBracket:
        open.push({ names: undefined, at: 0 });
        nameIsNext = false;
        break;
      case closeBrace:
      case closeBracket:
        open.pop();
        nameIsNext = false;
        break;
      case comma:
        nameIsNext = inner?.names !== undefined;
        if (typeof inner?.at === 'number') inner.at += 1;
        break;
    }
  }
  return undefined;
}

/** Where the string that begins at `start` ends; the end of the text if it does not. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  for (; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === quote) return at;
    if (code === backslash) at += 1;
  }
  return at;
}
