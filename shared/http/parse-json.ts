import { isUtf8 } from 'node:buffer';

import { countNames, findRepeatedName } from './json-names.js';
import { jsonPointer } from './json-pointer.js';
import { countSoundNames, findUnsound, type Unsound } from './json-soundness.js';
import { problems } from './problems.js';

/** Levels of objects and lists in each other. An order has three. */
const depthMax = 32;
const byteOrderMark = '\ufeff';
/** Half of a pair, or a whole one: rare enough to look closer. */
const surrogateEscape = /\\u[dD][89a-fA-F]/;

/**
 * The JSON in a raw body, as I-JSON (RFC 7493) has it: what readers of JSON understand in different ways is refused, where
 * `JSON.parse` would choose one of them in silence. 400 for what is wrong with the text:
 *
 * - Bytes that are not UTF-8: decoding would put other characters in their place.
 * - An empty body, or one with a byte order mark, which are not JSON.
 * - A name that an object has twice: the last would count here, and the first perhaps in a proxy that looked before.
 * - More than 32 levels: what walks through it would have to fear for its stack.
 *
 * 422 for a value that nobody can mean:
 *
 * - Half of a surrogate pair: encoding would put another character in its place.
 * - A number that no double can hold: it would become Infinity.
 * - `__proto__` as a name: copied carelessly, it changes what it is copied into.
 *
 * `JSON.parse` does the work. Besides, the names in the text are counted, and those in what became of it: where the
 * two differ, or something unsound is met, a slower look finds out what it is.
 *
 * @throws Problem 400 or 422
 */
export function parseJson(body: Buffer): unknown {
  if (body.length === 0) throw problems.malformedJson('The body is empty.');
  if (!isUtf8(body)) throw problems.malformedJson('The body is not UTF-8, as JSON must be.');
  const text = body.toString();
  const names = countNames(text, depthMax);
  if (names === undefined) throw problems.malformedJson(`The body goes deeper than ${depthMax} levels.`);
  const value = parse(text);
  if (countSoundNames(value) !== names || surrogateEscape.test(text)) refuseUnsound(text, value);
  return value;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    if (text.startsWith(byteOrderMark))
      throw problems.malformedJson('The body begins with a byte order mark; leave it out.');
    throw problems.malformedJson('The body could not be parsed as JSON.');
  }
}

const faults: Readonly<Record<Unsound['fault'], string>> = {
  proto: 'unknown field',
  number: 'must not be so large',
  surrogate: 'must not hold half of a surrogate pair',
};

/** Finds nothing wrong with whole pairs of surrogates, the one thing that may look unsound and is not. */
function refuseUnsound(text: string, value: unknown): void {
  const repeated = findRepeatedName(text);
  if (repeated) {
    throw problems.malformedJson('An object in the body has a name twice; errors says where.', [
      { detail: 'must not be there twice', pointer: jsonPointer(repeated) },
    ]);
  }
  const found = findUnsound(value);
  if (found) throw problems.invalidBody([{ detail: faults[found.fault], pointer: jsonPointer(found.path) }]);
}
