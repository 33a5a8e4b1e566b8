import type { Answer as HttpAnswer } from '../../shared/shop-client/index.js';
import type { Answer, Told } from './types.js';

const problemPrefix = 'urn:problem-type:';
/** With these problems the checkout says that nothing was written. */
const nothingWritten = new Set(['purchase-refused', 'not-ready', 'quota-exceeded']);
/** Reasons of a refusal, by a process that ends. */
const ending = new Set(['shutting-down', 'log-failed', 'failed']);
/** Those of the 4xx that speak of the moment, not of the request. */
const passing = new Set([408, 425, 429]);

/** What an answer to `POST /checkout` means to who bought. */
export function classifyAnswer({ status, headers, body }: HttpAnswer): Answer {
  if (status === 201) {
    const told = readTold(body);
    if (told === undefined) return { kind: 'wrong', why: `201 that is no purchase: ${printable(body)}` };
    return { kind: 'accepted', told, replayed: headers['idempotency-replayed'] === 'true' };
  }
  const { type, reason } = readProblem(body);
  if (status < 500 && !passing.has(status)) return { kind: 'wrong', why: `${status}: ${printable(body)}` };
  return {
    kind: 'again',
    why: [status, reason ?? type].filter((word) => word !== undefined).join(' '),
    mayBeWritten: type === undefined || !nothingWritten.has(type),
    down: type === 'not-ready' || (reason !== undefined && ending.has(reason)),
    retryAfterMs: readRetryAfter(headers['retry-after']),
  };
}

function readTold(body: unknown): Told | undefined {
  const { sequence, id, total, currency } = (body ?? {}) as Readonly<Record<string, unknown>>;
  if (!Number.isSafeInteger(sequence) || (sequence as number) < 1 || !Number.isSafeInteger(total)) return undefined;
  if (typeof id !== 'string' || id === '' || typeof currency !== 'string') return undefined;
  return { sequence: sequence as number, id, total: total as number, currency };
}

/** Words for machines only: what else a body says must not reach a terminal, nor make endless kinds to count by. */
function readProblem(body: unknown): { type: string | undefined; reason: string | undefined } {
  const word = (text: unknown) => (typeof text === 'string' && /^[a-z0-9-]{1,40}$/.test(text) ? text : undefined);
  const { type, reason } = (body ?? {}) as Readonly<Record<string, unknown>>;
  const ours = typeof type === 'string' && type.startsWith(problemPrefix);
  return { type: ours ? word(type.slice(problemPrefix.length)) : undefined, reason: word(reason) };
}

/** Seconds, as the checkout gives it; a date, which a proxy might give, is left to our own patience. */
function readRetryAfter(value: string | string[] | undefined): number | undefined {
  return typeof value === 'string' && /^\d{1,6}$/.test(value) ? Number(value) * 1000 : undefined;
}

function printable(body: unknown): string {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return text.replace(/[^\x20-\x7e]+/g, ' ').slice(0, 200);
}
