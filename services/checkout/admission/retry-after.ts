/** What `Retry-After` may be, in seconds. */
export interface RetryAfterBounds {
  /** Where nobody can tell: no rate is known yet, or nothing drains. */
  readonly unknownSeconds: number;
  readonly secondsMax: number;
}

/**
 * When to come back, in whole seconds: when what must go has gone at the rate at which it goes, rounded up, and up to half as long
 * again, at random: those who were refused together do not come back together. From 1 to `secondsMax`, the spread included.
 *
 * @param mustGo how much has to go before there is room
 * @param perSecond how fast it goes; undefined if that is not known
 * @param random from 0 to less than 1
 */
export function retryAfterSeconds(
  mustGo: number,
  perSecond: number | undefined,
  { unknownSeconds, secondsMax }: RetryAfterBounds,
  random: () => number,
): number {
  const foretold = perSecond !== undefined && perSecond > 0 ? Math.ceil(mustGo / perSecond) : unknownSeconds;
  const seconds = Math.max(1, Math.min(foretold, Math.floor((secondsMax * 2) / 3)));
  // A second would be no spread at all.
  const spread = Math.max(2, Math.floor(seconds / 2) + 1);
  return Math.min(secondsMax, seconds + Math.floor(random() * spread));
}
