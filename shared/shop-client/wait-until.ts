import { inspect } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';

const pollIntervalMs = 25;
/** Below the time-out of a test here, so that the message of this one is seen. */
const deadlineMsDefault = 40_000;

export interface WaitOptions {
  /** Only a guard: nothing is decided by how long something takes. */
  readonly deadlineMs?: number;
  /** Added to the message when the deadline passes. */
  readonly explain?: () => string;
  /** Ends the waiting, which then rejects with its reason. */
  readonly signal?: AbortSignal;
}

/**
 * Looks again and again until what is seen `holds`, and returns it. A look that fails counts as "not yet": the process may
 * be down. @throws with the last thing seen, when the deadline passes.
 */
export async function waitUntil<T>(
  what: string,
  look: () => Promise<T>,
  holds: (seen: T) => boolean,
  { deadlineMs = deadlineMsDefault, explain = () => '', signal }: WaitOptions = {},
): Promise<T> {
  const deadline = Date.now() + deadlineMs;
  for (;;) {
    signal?.throwIfAborted();
    let last: unknown;
    try {
      const seen = await look();
      if (holds(seen)) return seen;
      last = seen;
    } catch (error) {
      last = error;
    }
    if (Date.now() > deadline) {
      throw new Error(
        `${what}: not so within ${deadlineMs} ms. Last seen: ${inspect(last, { depth: 6 })}\n${explain()}`,
      );
    }
    await sleep(pollIntervalMs);
  }
}
