import type { Random } from '../../shared/customers/random.js';

/** What one destination is like for some seconds. */
export interface Weather {
  /** For people. */
  readonly words: string;
  readonly durationMs: number;
  /** As `PUT /faults` takes them. */
  readonly faults: Readonly<Record<string, number>>;
  /** Whether a person holds the lane meanwhile. */
  readonly paused: boolean;
}

/** Draws weather of one kind. */
export type Climate = (random: Random) => Weather;

const durationMsMin = 1_500;
const durationMsMax = 3_000;
const outages = [500, 502, 503, 504, 408];
/** They speak of the destination: only a person mends that, and here soon does. */
const refusals = [401, 403, 404, 410, 307];

/**
 * All there is. The latency stays below the time-out of the destinations; a request that hangs does not end before it. A 422
 * parks: a person has what was parked tried again afterwards.
 */
export const climates: readonly Climate[] = [
  (random) => weather(random, 'well', {}),
  (random) => weather(random, 'slow', { latencyMs: random.integer(20, 200) }),
  (random) => weather(random, 'down', { status: random.pick(outages), ...retryAfter(random) }),
  (random) => weather(random, 'failing now and then', { status: random.pick(outages), rate: share(random, 0.1, 0.7) }),
  (random) => weather(random, 'asking for time', { status: 429, rate: share(random, 0.2, 0.9), ...retryAfter(random) }),
  (random) => weather(random, 'busy', { status: 503, rate: share(random, 0.1, 0.6), ...retryAfter(random) }),
  (random) => weather(random, 'hanging', { hangRate: share(random, 0.05, 0.3) }),
  (random) => weather(random, 'cutting connections', { dropAfterCommitRate: share(random, 0.1, 0.6) }),
  (random) => weather(random, 'refusing us', { status: random.pick(refusals) }),
  (random) => weather(random, 'refusing some', { status: 422, rate: share(random, 0.02, 0.2) }),
  (random) =>
    weather(random, 'all at once', {
      ...{ status: random.pick(outages), rate: share(random, 0.1, 0.3), latencyMs: random.integer(1, 100) },
      ...{ hangRate: share(random, 0.01, 0.1), dropAfterCommitRate: share(random, 0.05, 0.3) },
    }),
  (random) => ({ ...weather(random, 'paused', {}), paused: true }),
];

function weather(random: Random, words: string, faults: Readonly<Record<string, number>>): Weather {
  return { words, durationMs: random.integer(durationMsMin, durationMsMax), faults, paused: false };
}

function share(random: Random, min: number, max: number): number {
  return Number((min + random.next() * (max - min)).toFixed(2));
}

/** With `Retry-After`, or without. */
function retryAfter(random: Random): { retryAfterSeconds?: number } {
  return random.pick([{}, { retryAfterSeconds: 0 }, { retryAfterSeconds: 1 }, { retryAfterSeconds: 2 }]);
}
