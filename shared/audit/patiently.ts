import { NoAnswerError, NotReadyError } from '../shop-client/index.js';
import { steadyClock, type Clock } from './clock.js';
import { CannotAuditError } from './errors.js';
import { unlessAborted } from './unless-aborted.js';

const pauseMs = 200;
/** A service that was killed is back long before. */
const patienceMs = 15_000;

/**
 * Asks until there is an answer: a service may be down, or starting. An abort is not kept waiting by a service that hangs.
 *
 * @throws CannotAuditError when that takes too long; what `signal` was aborted with; what else is wrong with the answer
 */
export async function patiently<T>(
  ask: () => Promise<T>,
  signal: AbortSignal = new AbortController().signal,
  clock: Clock = steadyClock,
): Promise<T> {
  const startedAt = clock.now();
  for (;;) {
    signal.throwIfAborted();
    try {
      return await unlessAborted(ask(), signal);
    } catch (error) {
      if (!(error instanceof NoAnswerError || error instanceof NotReadyError)) throw error;
      if (clock.now() - startedAt > patienceMs) {
        throw new CannotAuditError(`no answer for ${patienceMs / 1000} s: ${error.message}`, { cause: error });
      }
    }
    await clock.sleep(pauseMs, signal);
  }
}
