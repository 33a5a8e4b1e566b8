import type { DestinationOptions } from './types.js';

/** What a destination must bring itself. */
export type DestinationIdentity = Pick<DestinationOptions, 'name' | 'url' | 'secrets'>;

/**
 * Entries read and without an outcome on record: several times `inFlightMax`, so that no slot waits for a read; with batches, ten
 * requests of them, within the bound. With half as many, a backlog was drained a tenth more slowly; more brought nothing.
 */
const windowBounds = { min: 512, max: 2_048 };
const windowRequests = 10;
/** Room for as many that wait to be tried again. */
const retryingWindows = 2;

/**
 * How a destination is served unless it is configured otherwise. Times in milliseconds. What depends on how large its batches are is
 * filled in by `withDefaults`.
 */
export const defaultOptions: Readonly<
  Omit<DestinationOptions, keyof DestinationIdentity | 'windowMax' | 'retryingMax'>
> = Object.freeze({
  /** Long enough for a slow commit over there, short enough that a hanging request does not hold a slot for long. */
  attemptTimeoutMs: 5_000,
  /** Single events: a destination must be told to expect batches (O11). */
  batchMax: 1,
  /**
   * Below the smallest limit that is common: Express takes 100 KiB of JSON unless told otherwise, nginx 1 MiB. A batch that is
   * refused for its size costs one request for each of its events; half as many events in a batch cost one more.
   */
  batchBytesMax: 100_000,
  /** Requests at a time, and connections. */
  inFlightMax: 32,
  /** With the delays below an entry that fails while others succeed is parked after about five minutes. */
  attemptsMax: 25,
  /** Upper end of the first delay; the delay is drawn between nothing and that. */
  retryDelayMsMin: 250,
  retryDelayFactor: 2,
  retryDelayMsMax: 30_000,
  /** A destination may ask for a minute; one that asks for a day is a mistake we do not make ours. */
  retryAfterMsMax: 60_000,
  /** Failures in a row that open the circuit. */
  circuitFailuresMax: 5,
  /** The first probe comes about this long after the circuit opened, later ones at most the maximum apart. */
  circuitDelayMsMin: 250,
  circuitDelayMsMax: 5_000,
  ratePerSecondMax: Infinity,
  /** Order costs: one outstanding entry for each key. */
  order: 'none',
  /** A destination must be known to answer the question. */
  verifyUrl: undefined,
});

/** A destination with everything that was not configured filled in. */
export function withDefaults(
  configured: DestinationIdentity & Partial<DestinationOptions>,
): Readonly<DestinationOptions> {
  const { batchMax = defaultOptions.batchMax } = configured;
  const { windowMax = Math.min(windowBounds.max, Math.max(windowBounds.min, windowRequests * batchMax)) } = configured;
  // Entries held in memory at all (O3).
  const { retryingMax = retryingWindows * windowMax } = configured;
  return Object.freeze({ ...defaultOptions, ...configured, windowMax, retryingMax });
}
