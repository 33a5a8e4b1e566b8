import { createHash } from 'node:crypto';

import { parseJson } from './parse-json.js';
import type { Answer, Entry } from './types.js';

const OPEN = Buffer.from('[');
const COMMA = Buffer.from(',');
const CLOSE = Buffer.from(']');

/** The body of a batch: a JSON array of the entries' own bodies, byte for byte. */
export function batchBody(entries: readonly Entry[]): Buffer {
  const parts: Buffer[] = [];
  for (const { body } of entries) parts.push(parts.length === 0 ? OPEN : COMMA, body);
  return Buffer.concat([...parts, CLOSE]);
}

/** How long that is, for so many entries with bodies of so many bytes together. */
export function batchBytes(entries: number, bodyBytes: number): number {
  // Brackets, and a comma between two.
  return bodyBytes + entries + 1;
}

/** The id of a batch: the same for the same entries in the same order. What is applied once is each entry, by its own id. */
export function batchId(entries: readonly Entry[]): string {
  const ids = entries.map(({ id }) => id).join('\n');
  return `batch-${createHash('sha256').update(ids).digest('hex').slice(0, 32)}`;
}

/** What a result means, as an answer to the entry alone. What is to be sent again, it says, is not stored. */
const MEANING_OF: ReadonlyMap<unknown, { status: number; duplicate?: true; notApplied?: true }> = new Map([
  ['applied', { status: 200 }],
  ['duplicate', { status: 200, duplicate: true as const }],
  ['rejected', { status: 422 }],
  ['retry', { status: 503, notApplied: true as const }],
]);

/**
 * The answers for each entry of a batch from `{"results":[{"id","status","detail"?}]}` (O11). An entry that is not in it, or
 * with a status nobody knows, has no answer: it is sent again rather than believed to be stored.
 *
 * @param retryAfterMs what the response as a whole asks for: it holds for those that are to be sent again
 */
export function readBatchAnswer(entries: readonly Entry[], text: string, retryAfterMs: number | undefined): Answer[] {
  const results = parseResults(text, retryAfterMs);
  if (results === undefined) {
    return entries.map(() => ({ kind: 'none', detail: 'the answer to a batch is not {"results":[…]}', unread: true }));
  }
  return entries.map(
    ({ id }) => results.get(id) ?? { kind: 'none', detail: 'no result for it in the answer to a batch' },
  );
}

function parseResults(text: string, retryAfterMs: number | undefined): Map<string, Answer> | undefined {
  const results = (parseJson(text) as { results?: unknown } | null | undefined)?.results;
  if (!Array.isArray(results)) return undefined;
  const answers = new Map<string, Answer>();
  for (const result of results as ({ id?: unknown; status?: unknown; detail?: unknown } | null)[]) {
    const meaning = MEANING_OF.get(result?.status);
    if (typeof result?.id !== 'string' || meaning === undefined) continue;
    const detail = typeof result.detail === 'string' ? result.detail : '';
    const asked = result.status === 'retry' ? retryAfterMs : undefined;
    answers.set(result.id, { kind: 'status', ...meaning, detail, retryAfterMs: asked });
  }
  return answers;
}
