const firstDelayMs = 20;
const delayMsMax = 1_000;
/** A checkout that wants more time than this is asked earlier all the same: it may be back. */
const retryAfterMsMax = 30_000;
/** Those who were refused together must not come back together. */
const spread = 0.25;

/**
 * How long to wait after so many failures in a row: what the answer asks for and up to a quarter more, or else anything from
 * nothing to a bound that doubles (full jitter).
 */
export function retryDelayMs(failures: number, retryAfterMs: number | undefined, random: () => number): number {
  if (retryAfterMs !== undefined && retryAfterMs > 0) {
    return Math.min(retryAfterMs, retryAfterMsMax) * (1 + spread * random());
  }
  return Math.max(1, random() * Math.min(delayMsMax, firstDelayMs * 2 ** (failures - 1)));
}
