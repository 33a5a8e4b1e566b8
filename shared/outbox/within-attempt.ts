import { EventEmitter } from 'node:events';

import { describeNetworkError } from './describe-network-error.js';
import { neverConnected } from './never-connected.js';
import type { Answer, Clock } from './types.js';

/** That there was no answer. */
export type NoAnswer = Extract<Answer, { kind: 'none' }>;

/**
 * Makes one HTTP request, which is cut after `ms`: connecting, sending, and reading the answer. What the network does to it
 * is a value. `run` hands the signal to undici.
 */
export async function withinAttempt<T>(
  ms: number,
  clock: Clock,
  run: (signal: EventEmitter) => Promise<T>,
): Promise<T | NoAnswer> {
  // undici takes an emitter of 'abort' for a signal too; it costs a tenth of an AbortController, once per request.
  const signal = new EventEmitter();
  const limit = { reached: false };
  const cancel = clock.after(ms, () => {
    limit.reached = true;
    signal.emit('abort');
  });
  try {
    return await run(signal);
  } catch (error) {
    // Nothing in an attempt can fail but the network: what is sent was put together from bytes that are there.
    if (limit.reached) return { kind: 'none', detail: `no answer within ${ms} ms` };
    const none: NoAnswer = { kind: 'none', detail: describeNetworkError(error) };
    return neverConnected(error) ? { ...none, notApplied: true } : none;
  } finally {
    cancel();
  }
}
