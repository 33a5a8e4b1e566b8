import type { Dispatcher as HttpDispatcher } from 'undici';

import { describeNetworkError } from './describe-network-error.js';
import { parseJson } from './parse-json.js';
import { redirectTarget } from './redirect-target.js';
import { parseRetryAfter } from './retry-after.js';
import type { Answer, EpochMs } from './types.js';

/** Read of an answer that is only looked at by people, or for one word. */
const DETAIL_BYTES_MAX = 4 * 1024;

export type HttpAnswer = HttpDispatcher.ResponseData;

/**
 * An answer that holds for the whole request. Its status is what counts, and stands even if its body never comes.
 *
 * @param asked the URL that it is from
 */
export async function readAnswer(answer: HttpAnswer, asked: URL, now: EpochMs): Promise<Answer> {
  const { statusCode: status } = answer;
  const retryAfterMs = readRetryAfter(answer, now);
  const redirect = status >= 300 && status <= 399 ? redirectTarget(headerOf(answer, 'location'), asked) : undefined;
  const head = { kind: 'status', status, retryAfterMs, ...(redirect !== undefined && { redirect }) } as const;
  try {
    const text = await readText(answer, DETAIL_BYTES_MAX);
    const read: Answer = { ...head, detail: text };
    return saysDuplicate(text) ? { ...read, duplicate: true } : read;
  } catch (error) {
    return { ...head, detail: `its text was cut short: ${describeNetworkError(error)}` };
  }
}

export function readRetryAfter(answer: HttpAnswer, now: EpochMs): number | undefined {
  return parseRetryAfter(headerOf(answer, 'retry-after'), now);
}

function headerOf({ headers }: HttpAnswer, name: string): string | undefined {
  const header = headers[name];
  return Array.isArray(header) ? header[0] : header;
}

/** Reads up to `bytesMax`. Where there is more, the connection is given up: reading on might take for ever. */
export async function readText({ body }: HttpAnswer, bytesMax: number): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes >= bytesMax) break;
  }
  return Buffer.concat(chunks).subarray(0, bytesMax).toString('utf8');
}

/** `{"status":"duplicate"}`: the receiver had it already. */
function saysDuplicate(text: string): boolean {
  // Nearly every answer says something else, and need not be parsed for that.
  if (!text.includes('duplicate')) return false;
  return (parseJson(text) as { status?: unknown } | null | undefined)?.status === 'duplicate';
}
