import type { Circuit, CircuitEpoch } from './circuit.js';
import { classifyAnswer } from './classify-answer.js';
import { describeAnswer, describeAnswerStatus } from './describe-answer.js';
import type { Answer } from './types.js';

/** What the answers to one request come to. */
export interface RequestResult {
  /** The destination takes deliveries: it confirmed or refused something. */
  readonly alive: boolean;
  readonly refused: number;
  /** The last answer that was not a yes, in words. */
  readonly error: string | undefined;
}

/** Tells the circuit what the answers to one request say of the destination. */
export function reportAnswers(circuit: Circuit, epoch: CircuitEpoch, answers: readonly Answer[]): RequestResult {
  let confirmed = 0;
  let refused = 0;
  let misdirected = false;
  let worst: Answer | undefined;
  let retryAfterMs: number | undefined;
  for (const answer of answers) {
    const meaning = classifyAnswer(answer);
    if (meaning === 'confirmed') {
      confirmed += 1;
      continue;
    }
    if (meaning === 'refused') refused += 1;
    if (meaning === 'misdirected') misdirected = true;
    worst = answer;
    if (answer.kind === 'status') retryAfterMs = longer(retryAfterMs, answer.retryAfterMs);
  }
  const reason = worst === undefined ? '' : describeAnswerStatus(worst);
  // A yes in words that nobody reads is a sign of life: with the circuit open, each entry alone would have to be a probe.
  const unread = answers.some((answer) => answer.kind === 'none' && answer.unread);
  const alive = confirmed + refused > 0 || unread;
  if (alive) circuit.alive(epoch, confirmed);
  else if (misdirected) circuit.misdirected(epoch, reason, retryAfterMs);
  else circuit.failed(epoch, reason, retryAfterMs);
  return { alive, refused, error: worst && describeAnswer(worst) };
}

function longer(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? (one ?? other) : Math.max(one, other);
}
