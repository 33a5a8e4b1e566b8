import { classifyAnswer, type Meaning } from '../../shared/outbox/index.js';

import { describeAnswer } from './describe-answer.js';
import type { Fault, ReceiverAnswer, Verdict } from './types.js';

/** What the checkout would make of an answer (O6): asked of the code that does it. */
export function meaningOf(answer: ReceiverAnswer): Meaning {
  if (answer.kind === 'none') return classifyAnswer({ kind: 'none', detail: answer.detail });
  return classifyAnswer({ kind: 'status', status: answer.status, detail: '', retryAfterMs: undefined });
}

const consequences: Readonly<Record<Meaning, string>> = {
  confirmed: 'The checkout takes it as stored and never sends it again',
  refused: 'The checkout parks the purchase until a person decides',
  misdirected: 'The checkout takes the URL or the secret for wrong, opens the circuit and delivers nothing more',
  again: 'The checkout tries again and again, and parks the purchase in the end',
};

/** What the checkout would do, in words, with the rule. */
export function consequenceOf(answer: ReceiverAnswer): string {
  const redirect = answer.kind === 'status' && answer.status >= 300 && answer.status <= 399;
  return `${redirect ? 'Redirects are never followed. ' : ''}${consequences[meaningOf(answer)]} (O6).`;
}

export const right = (answer: ReceiverAnswer): Verdict => ({ outcome: 'ok', came: describeAnswer(answer) });

export const wrong = (answer: ReceiverAnswer, fault: Fault): Verdict => ({
  outcome: 'WRONG',
  came: describeAnswer(answer),
  ...fault,
});

export const note = (answer: ReceiverAnswer, fault: Fault): Verdict => ({
  outcome: 'note',
  came: describeAnswer(answer),
  ...fault,
});

/** What a single event's answer says of it, if it says it in the words of this project. */
export function saidStatus(answer: ReceiverAnswer): string | undefined {
  const { json } = answer as { json?: { status?: unknown } | null };
  return typeof json?.status === 'string' ? json.status : undefined;
}

/** The event must be taken. */
export function judgeTaken(answer: ReceiverAnswer, why = ''): Verdict {
  const expected = '2xx, once it is stored';
  if (meaningOf(answer) !== 'confirmed') {
    return wrong(answer, { expected, why: [why, consequenceOf(answer)].filter((each) => each !== '').join(' ') });
  }
  if (answer.kind === 'status' && answer.status === 202) {
    const fault = 'says "accepted, but not done yet". The checkout takes it as stored: answer so only once it is (O6).';
    return note(answer, { expected: '200', why: `202 ${fault}` });
  }
  return right(answer);
}

/** The event must be refused in a way that parks it and stops nothing else. */
export function judgeParked(answer: ReceiverAnswer, why: string): Verdict {
  if (meaningOf(answer) === 'refused') return right(answer);
  return wrong(answer, { expected: '400, 409, 413, 415 or 422', why: `${why} ${consequenceOf(answer)}` });
}

/** The sender must be refused, and the answer must not be taken for one about the purchase. */
export function judgeSenderRefused(answer: ReceiverAnswer, why: string): Verdict {
  const expected = '401';
  if (answer.kind === 'status' && (answer.status === 401 || answer.status === 403)) return right(answer);
  const meaning = meaningOf(answer);
  if (meaning === 'confirmed') return wrong(answer, { expected, why: `${why} (O10).` });
  if (answer.kind === 'status' && answer.status >= 400 && answer.status <= 499) {
    const real = 'Should a secret be mistyped or a clock be wrong one day, every purchase would meet this answer.';
    return note(answer, { expected, why: `${real} ${consequenceOf(answer)}` });
  }
  return wrong(answer, { expected, why: `It speaks of the sender. ${consequenceOf(answer)}` });
}
