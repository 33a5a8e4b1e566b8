import { describe, expect, it } from '@jest/globals';

import type { DestinationOptions, Sequence } from '../../shared/outbox/types.js';
import { benchOf, destination } from '../support/dispatcher-fixture.js';
import { ManualClock, settled } from '../support/manual-clock.js';
import { MemoryStore } from '../support/memory-journal.js';
import { type Candour, MoodyReceiver } from '../support/moody-receiver.js';
import { seededRandom } from '../../shared/customers/seeded-random.js';

const NAME = 'warehouse';
const ENTRIES = 150;
const ENTRIES_AT_A_TIME = 40;

/** A third of all entries are of one customer, the others of a dozen. */
const keyOf = (sequence: number) => (sequence % 3 === 0 ? 'hot' : `key-${(sequence * 7) % 12}`);

/** Draws from what there is. */
function drawing(random: () => number) {
  const upTo = (most: number) => Math.floor(random() * most);
  const chance = (of: number) => random() < of;
  const pick = <T>(...from: readonly T[]): T => from[upTo(from.length)]!;
  return { upTo, chance, pick };
}

type Drawing = ReturnType<typeof drawing>;

function drawOptions({ upTo, pick }: Drawing): DestinationOptions {
  const windowMax = 1 + upTo(24);
  return destination(NAME, {
    order: pick('none', 'key'),
    batchMax: pick(1, 3, 10),
    batchBytesMax: pick(60, 100_000),
    inFlightMax: 1 + upTo(6),
    windowMax,
    retryingMax: windowMax + upTo(16),
    attemptsMax: pick(2, 4, 50),
    circuitFailuresMax: pick(1, 3, 8),
    ratePerSecondMax: pick(Infinity, Infinity, 7, 60),
    verifyUrl: pick(undefined, 'http://warehouse.test/held/{id}'),
  });
}

async function run(seed: number): Promise<void> {
  const random = seededRandom(seed);
  const draw = drawing(random);
  const { upTo, chance, pick } = draw;
  const store = new MemoryStore(keyOf);
  const clock = new ManualClock();
  const options = drawOptions(draw);
  const { order, verifyUrl, inFlightMax, ratePerSecondMax, retryingMax } = options;
  const receiver = new MoodyReceiver({
    ...{ name: NAME, store, random, now: () => clock.now(), inFlightMax, ratePerSecondMax },
    ordered: order === 'key',
    candour: verifyUrl === undefined ? 'lagging' : pick<Candour>('truthful', 'truthful', 'lagging', 'silent'),
  });

  const start = async () => {
    const wire = receiver.connect();
    const bench = benchOf([options], { store, clock, random, transports: { [NAME]: wire } });
    // A read and a settle may each take some turns, so that they interleave in every way.
    const later = async () => {
      for (let turns = upTo(8); turns > 0; turns -= 1) await new Promise(setImmediate);
    };
    Object.assign(bench.journal, { beforeSettle: later, afterSettle: later, afterRead: later });
    await bench.dispatcher.start();
    return { ...bench, wire };
  };
  let current = await start();

  const stop = async () => {
    const killed = chance(0.6);
    if (killed) current.journal.kill();
    const stopped = current.dispatcher.stop(1_000);
    if (chance(0.5)) answerSome();
    await clock.advance(2_500);
    await stopped;
    current.journal.kill();
    // What hangs in the transport is cut with it.
    receiver.cutQuestions();
    await settled();
    expect(clock.pending).toBe(0);
    if (!killed) expect(store.listeners.size).toBe(0);
    store.listeners.clear();
  };
  const answerSome = () => {
    receiver.cutQuestions();
    for (const request of [...current.wire.open]) if (chance(0.7)) receiver.answer(request);
  };
  const retry = async (sequence: Sequence) => {
    receiver.wanted.add(sequence);
    await current.dispatcher.retry(NAME, sequence);
  };
  const retryAll = async () => {
    for (const { state, sequence } of store.lane(NAME).outcomes.values()) {
      if (state === 'parked') receiver.wanted.add(sequence);
    }
    return current.dispatcher.retryParked(NAME);
  };
  const discard = async (sequence: Sequence) => {
    const { status } = await current.dispatcher.discard(NAME, sequence, 'why not');
    if (status !== 'done') return;
    receiver.givenUp.add(sequence);
    expect(store.outcome(NAME, sequence)?.state).toBe('discarded');
  };
  const confirmed = () =>
    [...store.lane(NAME).outcomes.values()].flatMap(({ state, sequence }) => (state === 'confirmed' ? [sequence] : []));
  const redeliver = async (sequences: readonly Sequence[]) => {
    for (const sequence of sequences) receiver.wanted.add(sequence);
    await current.dispatcher.redeliver(NAME, sequences, 'lost there');
  };
  const lose = async () => {
    const lost = confirmed().filter(() => chance(0.3));
    for (const sequence of lost) receiver.lose(sequence);
    const redelivered = redeliver(lost);
    if (chance(0.5)) await redelivered;
  };
  /** What an audit finds: a person was told that it is delivered again only of some of what was lost. */
  const missing = () => confirmed().filter((sequence) => !receiver.applied.has(sequence));
  const openAndAgain = () =>
    [...store.lane(NAME).outcomes.values()].flatMap(({ state, key, sequence }) =>
      key === undefined && (state === 'retrying' || state === 'parked') ? [sequence] : [],
    );
  const decide = async () => {
    const inLine = [...store.lane(NAME).open.values()].flatMap((sequences) => [...sequences].slice(0, 3));
    const open = [...inLine, ...openAndAgain()];
    for (let decisions = 0; decisions < 5 && open.length > 0; decisions += 1) {
      const sequence = pick(...open);
      const decided =
        store.outcome(NAME, sequence)?.state === 'parked' && chance(0.6) ? retry(sequence) : discard(sequence);
      if (chance(0.5)) await decided;
      if (chance(0.5)) await settled();
    }
    if (chance(0.2)) await retryAll();
  };
  const holdOrRelease = async () => {
    if (chance(0.5)) await current.dispatcher.pause(NAME);
    else await current.dispatcher.resume(NAME, undefined, pick(undefined, null, 5, 40));
  };
  const expectBounds = () => {
    // With order, one that is discarded while it is under way keeps its place, and one that it held back has got in.
    const most = order === 'key' ? 2 * retryingMax : retryingMax;
    expect(current.dispatcher.status()[NAME]?.held).toBeLessThanOrEqual(most);
    expect(clock.pending).toBeLessThanOrEqual(most + 2);
  };

  while (store.count < ENTRIES) {
    store.append(1 + upTo(ENTRIES_AT_A_TIME));
    await clock.advance(random() * 3_000);
    expectBounds();
    if (chance(0.5)) await decide();
    if (chance(0.2)) await holdOrRelease();
    if (chance(0.7)) await lose();
    expectBounds();
    if (chance(0.7)) answerSome();
    await settled();
    if (chance(0.3)) {
      await stop();
      current = await start();
    }
  }
  receiver.healthy = true;
  await stop();
  current = await start();
  await current.dispatcher.resume(NAME);
  const isDone = () => store.mark(NAME) === store.count && missing().length === 0;
  for (let round = 0; round < 3_000 && !isDone(); round += 1) {
    await retryAll();
    await redeliver(missing());
    await clock.advance(60_000);
  }
  for (let turn = 0; turn < 10; turn += 1) await settled();

  expect(receiver.broken).toEqual([]);
  const { confirmed: count = 0, discarded = 0, ...others } = store.states(NAME);
  expect(others).toEqual({});
  expect(count + discarded).toBe(store.count);
  expect(store.mark(NAME)).toBe(store.count);
  for (let sequence = 1; sequence <= store.count; sequence += 1) {
    if (store.outcome(NAME, sequence)?.state === 'confirmed') expect(receiver.applied).toContain(sequence);
  }
  const given = store.decisions.filter(({ what }) => what === 'discard').map(({ sequence }) => sequence);
  expect(new Set(given).size).toBe(given.length);
  expect(given).toHaveLength(discarded);
  expect(current.dispatcher.status()[NAME]).toMatchObject({ held: 0, inFlight: 0, catchingUp: false });
  await stop();
}

describe('a long run of everything at once, with options drawn at random', () => {
  const seeds = Array.from({ length: 100 }, (_, index) => 3_000 + index);

  it.each(seeds)(
    'loses nothing, sends nothing that it need not, and keeps order, bounds and rate (seed %i)',
    async (seed) => {
      await run(seed);
    },
  );
});
