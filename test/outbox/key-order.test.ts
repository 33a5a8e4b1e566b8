import { describe, expect, it } from '@jest/globals';

import type { DestinationOptions, Sequence } from '../../shared/outbox/types.js';
import { type Bench, type BenchOptions, benchOf, destination } from '../support/dispatcher-fixture.js';
import { settled } from '../support/manual-clock.js';
import { MemoryStore } from '../support/memory-journal.js';
import { each, hang, ok, status } from '../support/scripted-transport.js';

const NAME = 'warehouse';
const DONE = { status: 'done' };
const at = (sequence: number) => sequence as Sequence;
const ordered = (options: Partial<DestinationOptions> = {}) => destination(NAME, { order: 'key', ...options });

/** Entries of one customer: 1 to 3. All others have a key of their own. */
const alice = (sequence: number) => (sequence <= 3 ? 'alice' : `key-${sequence}`);
const storeOf = (count: number, keyOf = alice) => {
  const store = new MemoryStore(keyOf);
  store.append(count);
  return store;
};

/** A running lane that keeps order, with every request left under way. */
async function hanging(store: MemoryStore, options: Partial<DestinationOptions> = {}, more: BenchOptions = {}) {
  const bench = benchOf([ordered(options)], { store, ...more });
  bench.transport(NAME).script = hang;
  await bench.dispatcher.start();
  await settled();
  return bench;
}

async function answer({ transport }: Bench, sequence: number, given = ok): Promise<void> {
  const request = transport(NAME).open.find(({ entries }) => entries[0]?.sequence === sequence);
  request!.answer(given);
  await settled();
}

const stateOf = ({ store }: Bench, sequence: number) => store.outcome(NAME, sequence)?.state;
const sentOf = ({ transport }: Bench) => transport(NAME).sent;

describe('without order', () => {
  it('entries of one customer go at the same time: order costs, and nobody asked for it', async () => {
    const bench = benchOf([destination(NAME)], { store: storeOf(3) });
    bench.transport(NAME).script = hang;
    await bench.dispatcher.start();
    await settled();
    expect(sentOf(bench)).toEqual([1, 2, 3]);
  });
});

describe('order within a key', () => {
  it('sends one at a time, in sequence, and other keys meanwhile: a refund would overtake what it refunds', async () => {
    const bench = await hanging(storeOf(5));
    expect(sentOf(bench)).toEqual([1, 4, 5]);
    await answer(bench, 1);
    expect(sentOf(bench)).toEqual([1, 4, 5, 2]);
    await answer(bench, 2);
    await answer(bench, 3);
    expect(sentOf(bench)).toEqual([1, 4, 5, 2, 3]);
    expect(bench.store.mark(NAME)).toBe(3);
  });

  it('holds nothing of a key that has come to its end: each would cost two writes for nothing', async () => {
    const bench = await hanging(storeOf(1));
    await answer(bench, 1);
    bench.store.append(1);
    await settled();
    expect(sentOf(bench)).toEqual([1, 2]);
    expect(stateOf(bench, 2)).toBeUndefined();
  });

  it('never puts two of a key into one batch, of which each could be applied without the other', async () => {
    const bench = benchOf([ordered({ batchMax: 10, inFlightMax: 1 })], { store: storeOf(6) });
    await bench.dispatcher.start();
    for (let turn = 0; turn < 5; turn += 1) await settled();
    expect(bench.transport(NAME).requests).toEqual([[1, 4, 5, 6], [2], [3]]);
  });

  it('lets one that is tried again hold back its own key and no other', async () => {
    const bench = benchOf([ordered()], { store: storeOf(100) });
    bench.transport(NAME).script = each((sequence) => (sequence === 1 ? status(503) : ok));
    await bench.dispatcher.start();
    await settled();
    expect(bench.store.states(NAME)).toEqual({ retrying: 1, held: 2, confirmed: 97 });
    bench.transport(NAME).script = each(() => ok);
    await bench.clock.advance(60_000);
    expect(sentOf(bench).filter((sequence) => sequence <= 3)).toEqual([1, 1, 2, 3]);
    expect(bench.store.mark(NAME)).toBe(100);
  });

  it('holds the mark with what waits: its segments must stay', async () => {
    const bench = await hanging(storeOf(5));
    await answer(bench, 1, status(422));
    await answer(bench, 4);
    await answer(bench, 5);
    expect(bench.store.lane(NAME).cursor).toBe(5);
    expect(bench.store.mark(NAME)).toBe(0);
    await bench.dispatcher.discard(NAME, at(1), 'known fraud');
    expect(bench.store.mark(NAME)).toBe(1);
  });

  it('lets go one that was held when what held it had just ended: nobody else would', async () => {
    const store = storeOf(1);
    const bench = await hanging(store);
    let release: () => void = () => undefined;
    bench.journal.beforeSettle = () => new Promise((resolve) => (release = resolve));
    await answer(bench, 1);
    // Its yes is being recorded; the next ones are read meanwhile, and recorded after it.
    store.append(2);
    await settled();
    bench.journal.beforeSettle = () => Promise.resolve();
    release();
    await settled();
    expect(bench.journal.settles.map(({ outcomes }) => outcomes.map(({ state }) => state))).toEqual([
      ['confirmed'],
      ['held', 'held'],
    ]);
    expect(sentOf(bench)).toEqual([1, 2]);
    await answer(bench, 2);
    expect(sentOf(bench)).toEqual([1, 2, 3]);
  });

  it('sees an entry that is parked after the read has looked and before it is heard of', async () => {
    const store = storeOf(1);
    const bench = await hanging(store);
    let heard: () => void = () => undefined;
    bench.journal.afterRead = () => new Promise((resolve) => (heard = resolve));
    store.append(1);
    await settled();
    await answer(bench, 1, status(422));
    expect(bench.dispatcher.status()[NAME]?.held).toBe(0);
    bench.journal.afterRead = () => Promise.resolve();
    heard();
    await settled();
    expect(sentOf(bench)).toEqual([1]);
    expect(store.outcome(NAME, 2)).toMatchObject({ state: 'held', behind: 1 });
  });

  it('is not held for ever by one that a person gave up while the read was under way', async () => {
    const store = storeOf(1);
    const bench = await hanging(store);
    await answer(bench, 1, status(422));
    let heard: () => void = () => undefined;
    bench.journal.afterRead = () => new Promise((resolve) => (heard = resolve));
    store.append(1);
    await settled();
    expect(await bench.dispatcher.discard(NAME, at(1), 'known fraud')).toEqual(DONE);
    heard();
    await settled();
    expect(sentOf(bench)).toEqual([1, 2]);
  });
});

describe('a key that waits', () => {
  /** Every odd entry is of one customer. */
  const hot = (sequence: number) => (sequence % 2 === 1 ? 'hot' : `key-${sequence}`);
  const COUNT = 6_000;

  it.each([
    ['parked', status(422)],
    ['tried again', status(503)],
    ['under way', undefined],
  ])('costs no memory and stops nobody, with thousands behind one that is %s', async (_, given) => {
    const bench = benchOf([ordered({ windowMax: 512, retryingMax: 600 })], { store: storeOf(COUNT, hot) });
    bench.transport(NAME).script = ([entry]) => (entry?.sequence === 1 ? given && [given] : [ok]);
    let heldMost = 0;
    bench.journal.afterSettle = () => {
      heldMost = Math.max(heldMost, bench.dispatcher.status()[NAME]?.held ?? 0);
      return Promise.resolve();
    };
    await bench.dispatcher.start();
    for (let turn = 0; turn < 200 && bench.store.states(NAME).confirmed !== COUNT / 2; turn += 1) await settled();
    expect(bench.store.states(NAME)).toMatchObject({ confirmed: COUNT / 2, held: COUNT / 2 - 1 });
    expect(bench.dispatcher.status()[NAME]?.held).toBeLessThanOrEqual(1);
    expect(heldMost).toBeLessThanOrEqual(600);
    expect(bench.journal.readsTotal).toBe(COUNT);
  });

  it('is delivered to its end in sequence, however many wait', async () => {
    const bench = benchOf([ordered()], { store: storeOf(600, hot) });
    bench.transport(NAME).script = each((sequence) => (sequence === 1 ? status(422) : ok));
    await bench.dispatcher.start();
    for (let turn = 0; turn < 20; turn += 1) await settled();
    const before = sentOf(bench).length;
    expect(await bench.dispatcher.discard(NAME, at(1), 'known fraud')).toEqual(DONE);
    for (let turn = 0; turn < 1_000 && bench.store.mark(NAME) < 600; turn += 1) await settled();
    expect(sentOf(bench).slice(before)).toEqual(Array.from({ length: 299 }, (_, index) => 2 * index + 3));
  });
});

describe('a restart of a lane that keeps order', () => {
  it('goes on with the one that was under way; those behind it still wait', async () => {
    const store = storeOf(3);
    const first = await hanging(store);
    first.journal.kill();
    expect(store.states(NAME)).toEqual({ held: 2 });

    const second = await hanging(store);
    expect(sentOf(second)).toEqual([1]);
    await answer(second, 1);
    expect(sentOf(second)).toEqual([1, 2]);
  });

  it('sends what was let go in the settle that the process did not live to hear of', async () => {
    const store = storeOf(3);
    const first = await hanging(store);
    first.journal.afterSettle = () => {
      first.journal.kill();
      return Promise.resolve();
    };
    await answer(first, 1);
    expect(store.states(NAME)).toEqual({ confirmed: 1, retrying: 1, held: 1 });

    const second = await hanging(store);
    expect(sentOf(second)).toEqual([2]);
    await answer(second, 2);
    expect(sentOf(second)).toEqual([2, 3]);
  });

  it('sends nothing that an orderly stop let go before it is started again', async () => {
    const store = storeOf(3);
    const first = await hanging(store);
    const stopped = first.dispatcher.stop(1_000);
    await answer(first, 1);
    await stopped;
    expect(sentOf(first)).toEqual([1]);

    const second = await hanging(store);
    expect(sentOf(second)).toEqual([2]);
  });
});

describe('what a person decides where order is kept', () => {
  it('a retry of a parked one delivers it, and then those behind it', async () => {
    const bench = await hanging(storeOf(3));
    await answer(bench, 1, status(422));
    expect(await bench.dispatcher.retry(NAME, at(2))).toEqual({ status: 'refused', reason: 'not-parked' });
    expect(await bench.dispatcher.retry(NAME, at(1))).toEqual(DONE);
    await settled();
    expect(sentOf(bench)).toEqual([1, 1]);
    await answer(bench, 1);
    expect(sentOf(bench)).toEqual([1, 1, 2]);
  });

  it('a discard of one that waits takes it out of the line, and lets nobody overtake', async () => {
    const bench = await hanging(storeOf(3));
    expect(await bench.dispatcher.discard(NAME, at(2), 'cancelled')).toEqual(DONE);
    await settled();
    await answer(bench, 1, status(422));
    expect(sentOf(bench)).toEqual([1]);
    expect(await bench.dispatcher.discard(NAME, at(1), 'known fraud')).toEqual(DONE);
    await settled();
    expect(sentOf(bench)).toEqual([1, 3]);
  });

  it('a discard of one that is under way lets the next go only when its answer has come', async () => {
    const bench = await hanging(storeOf(3));
    await answer(bench, 1, status(503));
    await bench.clock.advance(60_000);
    expect(sentOf(bench)).toEqual([1, 1]);
    expect(await bench.dispatcher.discard(NAME, at(1), 'cancelled')).toEqual(DONE);
    await settled();
    expect([stateOf(bench, 1), stateOf(bench, 2)]).toEqual(['discarded', 'retrying']);
    expect(sentOf(bench)).toEqual([1, 1]);
    await answer(bench, 1, status(503));
    expect(sentOf(bench)).toEqual([1, 1, 2]);
  });

  it('a discard of one that waits for such an answer frees its place at once, and still lets nobody overtake', async () => {
    const bench = await hanging(storeOf(3));
    await answer(bench, 1, status(503));
    await bench.clock.advance(60_000);
    for (const sequence of [1, 2]) expect(await bench.dispatcher.discard(NAME, at(sequence), 'x')).toEqual(DONE);
    await settled();
    expect(bench.dispatcher.status()[NAME]?.held).toBe(2);
    expect(sentOf(bench)).toEqual([1, 1]);
    await answer(bench, 1);
    expect(sentOf(bench)).toEqual([1, 1, 3]);
  });

  it('a discard lets go no more than the lane may hold, and is refused no more than it must', async () => {
    const store = storeOf(3, (sequence) => (sequence <= 2 ? 'alice' : `key-${sequence}`));
    const bench = benchOf([ordered({ retryingMax: 4, windowMax: 4 })], { store });
    bench.transport(NAME).script = each(() => status(422));
    await bench.dispatcher.start();
    await settled();
    expect(store.states(NAME)).toEqual({ parked: 2, held: 1 });
    // Entries of other keys fill the lane.
    bench.transport(NAME).script = hang;
    store.append(4);
    await settled();
    expect(bench.dispatcher.status()[NAME]?.held).toBe(4);
    expect(await bench.dispatcher.discard(NAME, at(1), 'x')).toEqual({
      status: 'refused',
      reason: 'too-many-retrying',
    });
    expect(await bench.dispatcher.discard(NAME, at(3), 'x')).toEqual(DONE);
    await answer(bench, 4);
    expect(await bench.dispatcher.discard(NAME, at(1), 'x')).toEqual(DONE);
    expect(bench.dispatcher.status()[NAME]?.held).toBe(4);
  });
});

describe('an order that is changed between two starts', () => {
  it('turned off, still lets go what it had held, also when what held it is given up', async () => {
    const store = storeOf(3);
    const first = await hanging(store);
    first.journal.kill();

    const second = benchOf([destination(NAME)], { store });
    second.transport(NAME).script = each((sequence) => (sequence === 1 ? status(422) : ok));
    await second.dispatcher.start();
    await settled();
    expect(store.states(NAME)).toEqual({ parked: 1, held: 2 });
    expect(await second.dispatcher.discard(NAME, at(1), 'known fraud')).toEqual(DONE);
    await settled();
    expect(store.states(NAME)).toEqual({ discarded: 1, confirmed: 2 });
  });

  it('turned on, holds back behind what was open before, and delivers that one at a time too', async () => {
    const store = storeOf(2);
    const first = benchOf([destination(NAME)], { store });
    first.transport(NAME).script = each(() => status(503));
    await first.dispatcher.start();
    await settled();
    first.journal.kill();
    store.append(1);

    const second = await hanging(store, {}, { clock: first.clock });
    await second.clock.advance(60_000);
    expect(sentOf(second)).toEqual([1]);
    await answer(second, 1);
    expect(sentOf(second)).toEqual([1, 2]);
    await answer(second, 2);
    expect(sentOf(second)).toEqual([1, 2, 3]);
  });
});
