import { setTimeout as sleep } from 'node:timers/promises';

import { NoAnswerError, NotReadyError } from '../shop-client/index.js';
import { CannotAuditError } from './errors.js';

const pauseMs = 200;
/** A service that was killed is back long before. */
const patienceMs = 15_000;

/** Asks until there is an answer: a service may be down, or starting. @throws CannotAuditError when that takes too long */
export async function patiently<T>(ask: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  const startedAt = performance.now();
  for (;;) {
    signal?.throwIfAborted();
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof NoAnswerError || error instanceof NotReadyError)) throw error;
      if (performance.now() - startedAt > patienceMs) {
        throw new CannotAuditError(`no answer for ${patienceMs / 1000} s: ${error.message}`, { cause: error });
      }
    }
    await sleep(pauseMs, undefined, signal && { signal });
  }
}
