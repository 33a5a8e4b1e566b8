import { pause } from './pause.js';
import { retryDelayMs } from './retry-delay.js';
import type { Answer, Clock, Known, Post, Purchase } from './types.js';

export interface Patience {
  readonly clock: Clock;
  readonly post: Post;
  /** Spreads the tries. Not the seeded one: how often it is asked depends on what fails. */
  readonly random: () => number;
  /** Aborted when there is no time left to find out. */
  readonly givenUp: AbortSignal;
  /** Called after each try, with the time at which it was begun. */
  readonly onTried: (purchase: Purchase, answer: Answer, begunAt: number) => void;
}

/** Sends a purchase with its key, again and again, until an answer tells what became of it. */
export async function buyUntilKnown(purchase: Purchase, patience: Patience): Promise<Known> {
  const { clock, post, random, givenUp, onTried } = patience;
  let mayBeWritten = false;
  for (let tries = 1; ; tries += 1) {
    const begunAt = clock.now();
    const answer = await post(purchase, givenUp);
    // Cut by ourselves, or the last that there was time for.
    if (answer.kind === 'again' && givenUp.aborted) return { kind: 'unknown' };
    onTried(purchase, answer, begunAt);
    if (answer.kind === 'wrong') return answer;
    if (answer.kind === 'accepted') {
      const { told, replayed } = answer;
      return { kind: 'accepted', told, replayed, tries, mayBeWritten, answeredAt: clock.now() };
    }
    mayBeWritten ||= answer.mayBeWritten;
    await pause(clock, retryDelayMs(tries, answer.retryAfterMs, random), givenUp);
  }
}
