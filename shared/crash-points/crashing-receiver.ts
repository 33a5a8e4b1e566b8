/*
 * The points between a receiver's inbox and its answer, put around what it is built with. Its types are `shared/receiver`'s.
 */
import type { CrashPoint } from './crash-point.js';

/** Passes **before-commit** when an event and its effect are in a transaction that has not been committed. */
export function crashingEffect<Event>(
  effect: (event: Event) => void,
  point: CrashPoint | undefined,
): (event: Event) => void {
  if (!point) return effect;
  return (event) => {
    effect(event);
    point.pass('before-commit');
  };
}

/** Passes **after-commit** when they are on disk and the sender has no answer: a receiver tells of a result before it answers. */
export function crashingObserve<Result extends string>(
  observe: (result: Result) => void,
  point: CrashPoint | undefined,
): (result: Result) => void {
  if (!point) return observe;
  return (result) => {
    if (result === 'applied') point.pass('after-commit');
    observe(result);
  };
}
