import type { DestinationOptions } from './types.js';

export type RetryDelayOptions = Pick<
  DestinationOptions,
  'retryDelayMsMin' | 'retryDelayFactor' | 'retryDelayMsMax' | 'retryAfterMsMax'
>;

/**
 * How long to wait before the next attempt: exponential with full jitter (anything between nothing and the ceiling), so that
 * entries which failed together do not come back together. https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 *
 * @param failuresAmongSuccesses failures of this entry after which others succeeded. Failures of an outage are not among
 *   them, so an outage pushes no entry far into the future: it is the circuit that spares a destination which is down.
 * @param retryAfterMs what the answer asked for: observed if longer than the drawn delay, up to a cap
 */
export function retryDelayMs(
  options: RetryDelayOptions,
  failuresAmongSuccesses: number,
  retryAfterMs: number | undefined,
  random: () => number,
): number {
  const ceiling = Math.min(
    options.retryDelayMsMax,
    options.retryDelayMsMin * options.retryDelayFactor ** failuresAmongSuccesses,
  );
  return Math.max(random() * ceiling, observedRetryAfterMs(options, retryAfterMs));
}

/** A `Retry-After` as far as it is observed. */
export function observedRetryAfterMs(
  options: Pick<DestinationOptions, 'retryAfterMsMax'>,
  retryAfterMs: number | undefined,
): number {
  return Math.min(retryAfterMs ?? 0, options.retryAfterMsMax);
}

/** The longest delay the policy can give. A recorded time further off than this comes from a clock that was wrong. */
export function retryDelayMsLimit(options: RetryDelayOptions): number {
  return Math.max(options.retryDelayMsMax, options.retryAfterMsMax);
}
