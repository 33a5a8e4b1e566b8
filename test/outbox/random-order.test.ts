import { describe, expect, it } from '@jest/globals';

import type { Answer, Entry } from '../../shared/outbox/types.js';
import { benchOf, destination } from '../support/dispatcher-fixture.js';
import { ManualClock, settled } from '../support/manual-clock.js';
import { MemoryStore } from '../support/memory-journal.js';
import { none, ok, ScriptedTransport, status } from '../support/scripted-transport.js';
import { seededRandom } from '../../shared/customers/seeded-random.js';

const NAME = 'warehouse';
const ENTRIES = 300;
const ENTRIES_AT_A_TIME = 40;
const BOUND = 20;

/** A third of all entries are of one customer, the others of a dozen. */
const keyOf = (sequence: number) => (sequence % 3 === 0 ? 'hot' : `key-${(sequence * 7) % 12}`);

/** A destination that says yes, no or nothing at random, and notes what would break the order. */
class WatchedDestination {
  /** What went wrong. */
  readonly broken: string[] = [];
  /** The last entry of each key that was applied for the first time. */
  readonly #lastApplied = new Map<string, number>();
  readonly #applied = new Set<number>();
  readonly #outstanding = new Map<string, number>();
  readonly #store: MemoryStore;
  readonly #random: () => number;
  healthy = false;

  constructor(store: MemoryStore, random: () => number) {
    this.#store = store;
    this.#random = random;
  }

  /** A transport to it; what was under way on an earlier one was cut. */
  connect(): ScriptedTransport {
    this.#outstanding.clear();
    const transport = new ScriptedTransport((entries) => {
      for (const entry of entries) this.#arrive(entry);
      if (!this.healthy && this.#random() < 0.3) return undefined;
      return entries.map((entry) => this.answer(entry));
    });
    return transport;
  }

  /** Its answer to an entry that has arrived; it may have applied one whose answer says nothing, never one that it refuses. */
  answer(entry: Entry): Answer {
    this.#outstanding.delete(entry.key);
    const luck = this.healthy ? 0 : this.#random();
    if (luck > 0.92) return status(422, 'no such SKU');
    if (luck < 0.6 || this.#random() < 0.3) this.#apply(entry);
    return luck < 0.6 ? ok : luck < 0.8 ? status(503) : none();
  }

  #arrive({ key, sequence }: Entry): void {
    const other = this.#outstanding.get(key);
    if (other !== undefined) this.broken.push(`${sequence} was sent while ${other} of ${key} was under way`);
    this.#outstanding.set(key, sequence);
    for (let earlier = 1; earlier < sequence; earlier += 1) {
      const state = keyOf(earlier) === key ? this.#store.outcome(NAME, earlier)?.state : 'confirmed';
      if (state !== 'confirmed' && state !== 'discarded') {
        this.broken.push(`${sequence} was sent while ${earlier} of ${key} was ${state ?? 'pending'}`);
      }
    }
  }

  #apply({ key, sequence }: Entry): void {
    if (this.#applied.has(sequence)) return;
    const last = this.#lastApplied.get(key) ?? 0;
    if (last > sequence) this.broken.push(`${sequence} was applied after ${last} of ${key}`);
    this.#applied.add(sequence);
    this.#lastApplied.set(key, sequence);
  }

  get applied(): ReadonlySet<number> {
    return this.#applied;
  }
}

async function run(seed: number): Promise<void> {
  const random = seededRandom(seed);
  const store = new MemoryStore(keyOf);
  const clock = new ManualClock();
  const watched = new WatchedDestination(store, random);
  const options = destination(NAME, {
    order: 'key',
    batchMax: random() < 0.5 ? 1 : 10,
    inFlightMax: 1 + Math.floor(random() * 8),
    windowMax: 8 + Math.floor(random() * 16),
    retryingMax: BOUND,
    attemptsMax: 4,
  });

  const start = async () => {
    const transport = watched.connect();
    const bench = benchOf([options], { store, clock, random, transports: { [NAME]: transport } });
    // A read and a settle may each take some turns, so that they interleave in every way.
    const later = async () => {
      for (let turns = Math.floor(random() * 8); turns > 0; turns -= 1) await new Promise(setImmediate);
    };
    Object.assign(bench.journal, { beforeSettle: later, afterSettle: later, afterRead: later });
    await bench.dispatcher.start();
    return { ...bench, wire: transport };
  };
  let current = await start();
  const restart = async () => {
    if (random() < 0.7) current.journal.kill();
    const stopped = current.dispatcher.stop(1_000);
    await clock.advance(2_500);
    await stopped;
    current.journal.kill();
    current = await start();
  };
  const answerSome = async () => {
    while (current.wire.open.length > 0) {
      const request = current.wire.open[Math.floor(random() * current.wire.open.length)]!;
      request.answer(...request.entries.map((entry) => watched.answer(entry)));
      if (random() < 0.5) await settled();
    }
  };
  const decide = async () => {
    const open = [...store.lane(NAME).open.values()].flatMap((sequences) => [...sequences].slice(0, 3));
    for (let decisions = 0; decisions < 6; decisions += 1) {
      const sequence = open[Math.floor(random() * open.length)];
      const outcome = sequence === undefined ? undefined : store.outcome(NAME, sequence);
      if (outcome === undefined) return;
      const decided =
        outcome.state === 'parked' && random() < 0.5
          ? current.dispatcher.retry(NAME, outcome.sequence)
          : current.dispatcher.discard(NAME, outcome.sequence, 'why not');
      if (random() < 0.5) await decided;
      if (random() < 0.5) await settled();
    }
  };
  // Every entry may have been discarded while it is under way; then it keeps its place, and one that it held back has got in.
  const expectBounds = () => {
    expect(current.dispatcher.status()[NAME]?.held).toBeLessThanOrEqual(2 * BOUND);
  };

  while (store.count < ENTRIES) {
    store.append(1 + Math.floor(random() * ENTRIES_AT_A_TIME));
    await clock.advance(random() * 2_000);
    expectBounds();
    if (random() < 0.6) await decide();
    if (random() < 0.2) await current.dispatcher[random() < 0.5 ? 'pause' : 'resume'](NAME);
    expectBounds();
    if (random() < 0.7) await answerSome();
    if (random() < 0.3) await restart();
  }
  watched.healthy = true;
  await current.dispatcher.resume(NAME);
  await restart();
  // What is parked holds its key, until it is tried again; the destination refuses nothing any more.
  for (let round = 0; round < 5_000 && store.mark(NAME) < store.count; round += 1) {
    await current.dispatcher.retryParked(NAME);
    await clock.advance(60_000);
  }

  expect(watched.broken).toEqual([]);
  const { confirmed = 0, discarded = 0, ...others } = store.states(NAME);
  expect(others).toEqual({});
  expect(confirmed + discarded).toBe(store.count);
  expect(store.mark(NAME)).toBe(store.count);
  for (let sequence = 1; sequence <= store.count; sequence += 1) {
    if (store.outcome(NAME, sequence)?.state === 'confirmed') expect(watched.applied).toContain(sequence);
  }
  await current.dispatcher.stop(0);
}

describe('order over a long run of refusals, hanging requests, decisions and crashes', () => {
  const seeds = Array.from({ length: 40 }, (_, index) => 2_000 + index);

  it.each(seeds)('holds for every key, and nobody waits for ever (seed %i)', async (seed) => {
    await run(seed);
  });
});
