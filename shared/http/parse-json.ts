import { isUtf8 } from 'node:buffer';

import { problems } from './problems.js';

/**
 * The JSON in a raw body. Bytes that are not UTF-8 are refused: decoding would put other characters in their place, in
 * silence. So is an empty body, which is not JSON.
 *
 * @throws Problem 400
 */
export function parseJson(body: Buffer): unknown {
  if (!isUtf8(body)) throw problems.malformedJson('The body is not UTF-8, as JSON must be.');
  try {
    return JSON.parse(body.toString());
  } catch (error) {
    throw error instanceof SyntaxError ? problems.malformedJson('The body could not be parsed as JSON.') : error;
  }
}
