import { describe, expect, it } from '@jest/globals';

import { benchOf, destination } from '../support/dispatcher-fixture.js';
import { ManualClock, settled } from '../support/manual-clock.js';
import { MemoryStore } from '../support/memory-journal.js';
import type { Entry, Holding } from '../../shared/outbox/types.js';
import { none, ok, type Script, ScriptedTransport, status } from '../support/scripted-transport.js';
import { seededRandom } from '../../shared/customers/seeded-random.js';

const ENTRIES = 400;
const ENTRIES_AT_A_TIME = 40;
const STATUSES = [200, 200, 201, 408, 425, 429, 500, 502, 503, 504, 301, 401, 404, 418];
const REFUSALS = [400, 409, 413, 415, 422];

/** Entries that a destination refuses for good, whatever happens. */
const isRefused = (sequence: number) => sequence % 17 === 0;

/** A destination with moods: healthy, flaky, down. Says yes to what it has stored, and remembers it. */
class MoodyDestination {
  readonly stored = new Set<number>();
  mood: 'healthy' | 'flaky' | 'down' = 'healthy';
  readonly #random: () => number;

  constructor(random: () => number) {
    this.#random = random;
  }

  readonly script: Script = (entries) => {
    if (this.mood === 'down') return entries.map(() => none());
    const flaky = this.mood === 'flaky';
    if (flaky && this.#random() < 0.1) return undefined;
    return entries.map(({ sequence }) => {
      if (isRefused(sequence)) return status(this.#pick(REFUSALS));
      const answer = flaky ? this.#flakyAnswer() : ok;
      // It may have stored the entry though its answer says otherwise or got lost; never the other way round.
      if (answer.kind === 'status' && answer.status < 300) this.stored.add(sequence);
      else if (this.#random() < 0.3) this.stored.add(sequence);
      return answer;
    });
  };

  /** What it has, as far as its mood lets it say so. */
  readonly holds = ({ sequence }: Entry): Promise<Holding> => {
    const silent = this.mood === 'down' || (this.mood === 'flaky' && this.#random() < 0.3);
    if (silent) return Promise.resolve({ status: 'no-answer', answer: none() });
    return Promise.resolve({ status: this.stored.has(sequence) ? 'held' : 'not-held' });
  };

  #flakyAnswer() {
    return this.#random() < 0.2
      ? none('other side closed')
      : status(this.#pick(STATUSES), 'moody', this.#pick([0, 500]));
  }

  #pick<T>(from: readonly T[]): T {
    return from[Math.floor(this.#random() * from.length)]!;
  }
}

async function run(seed: number): Promise<void> {
  const random = seededRandom(seed);
  const store = new MemoryStore();
  const clock = new ManualClock();
  const names = ['warehouse', 'finance'];
  const destinations = names.map((name, index) =>
    destination(name, {
      batchMax: index === 0 ? 1 : 10,
      inFlightMax: 1 + Math.floor(random() * 8),
      windowMax: 8 + Math.floor(random() * 56),
      retryingMax: 64,
      attemptsMax: 1_000,
      verifyUrl: index === 0 ? undefined : `http://${name}.test/held/{id}`,
    }),
  );
  const moody = new Map(names.map((name) => [name, new MoodyDestination(random)]));
  /** For each destination, what had been recorded as confirmed when the run began. */
  const sentAfterSettle: string[] = [];

  const startRun = async () => {
    const transports = Object.fromEntries(
      names.map((name) => {
        const transport = new ScriptedTransport((entries) => {
          for (const { sequence } of entries) {
            const state = store.outcome(name, sequence)?.state;
            if (state === 'confirmed' || state === 'parked') sentAfterSettle.push(`${name} ${sequence} ${state}`);
          }
          return moody.get(name)!.script(entries);
        });
        transport.onHolds = moody.get(name)!.holds;
        return [name, transport];
      }),
    );
    const bench = benchOf(destinations, { store, clock, random, transports });
    await bench.dispatcher.start();
    return { ...bench, transports };
  };

  const stopRun = async ({ dispatcher, journal, transports }: Awaited<ReturnType<typeof startRun>>) => {
    if (random() < 0.5) journal.kill();
    const stopped = dispatcher.stop(1_000);
    await clock.advance(2_500);
    await stopped;
    journal.kill();
    for (const transport of Object.values(transports)) expect(transport.closed).toBe(1);
  };

  let current = await startRun();
  while (store.count < ENTRIES) {
    store.append(1 + Math.floor(random() * ENTRIES_AT_A_TIME));
    for (const destination of moody.values())
      destination.mood = (['healthy', 'flaky', 'down'] as const)[Math.floor(random() * 3)]!;
    await clock.advance(random() * 3_000);
    for (const { held } of Object.values(current.dispatcher.status())) expect(held).toBeLessThanOrEqual(64);
    // Some that hang are answered after all, in any order; the others meet the time limit of the transport.
    for (const transport of Object.values(current.transports)) {
      while (transport.open.length > 0) {
        transport.open[Math.floor(random() * transport.open.length)]!.answer(
          random() < 0.5 ? none('no answer within 5000 ms') : status(503),
        );
      }
    }
    await settled();
    if (random() < 0.3) {
      await stopRun(current);
      current = await startRun();
    }
  }
  for (const destination of moody.values()) destination.mood = 'healthy';
  await stopRun(current);
  current = await startRun();
  const ended = () =>
    names.every((name) => (store.states(name).confirmed ?? 0) + (store.states(name).parked ?? 0) === store.count);
  await clock.advanceUntil(ended, 600_000);

  for (const name of names) {
    const refused = Array.from({ length: store.count }, (_, index) => index + 1).filter(isRefused);
    expect(store.states(name)).toEqual({ confirmed: store.count - refused.length, parked: refused.length });
    for (const sequence of refused) expect(store.outcome(name, sequence)?.state).toBe('parked');
    expect(store.lane(name).cursor).toBe(store.count);
    expect(store.mark(name)).toBe((refused[0] ?? store.count + 1) - 1);
    expect(moody.get(name)!.stored.size).toBe(store.count - refused.length);
  }
  expect(sentAfterSettle).toEqual([]);
  await stopRun(current);
}

describe('a long run of outages, hanging requests, restarts and crashes', () => {
  const seeds = Array.from({ length: 12 }, (_, index) => 1_000 + index);

  it.each(seeds)('ends with every entry confirmed or parked and none sent after its settle (seed %i)', async (seed) => {
    await run(seed);
  });
});
