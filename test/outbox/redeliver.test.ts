import { describe, expect, it } from '@jest/globals';

import type { NotRedelivered } from '../../shared/outbox/operation.js';
import type { DestinationOptions, Sequence } from '../../shared/outbox/types.js';
import { type Bench, type BenchOptions, benchOf, destination } from '../support/dispatcher-fixture.js';
import { settled } from '../support/manual-clock.js';
import { MemoryStore } from '../support/memory-journal.js';
import { each, hang, none, ok, status } from '../support/scripted-transport.js';

const NAME = 'warehouse';
const WHY = 'restored from a backup';
const DONE = { status: 'done' };
const at = (sequence: number) => sequence as Sequence;

type Refusals = Readonly<Record<number, NotRedelivered>>;

/** What is answered when the one are delivered again, and the others are not. */
const answered = (redelivered: readonly number[], refusals: Refusals = {}) => ({
  ...{ status: 'done', redelivered },
  refused: Object.entries(refusals).map(([sequence, reason]) => ({ sequence: Number(sequence), reason })),
});

const redeliver = ({ dispatcher }: Bench, ...sequences: readonly number[]) =>
  dispatcher.redeliver(NAME, sequences.map(at), WHY);
const sent = ({ transport }: Bench) => transport(NAME).sent;
const held = ({ dispatcher }: Bench) => dispatcher.status()[NAME]?.held;

async function answer({ transport }: Bench, sequence: number, given = ok): Promise<void> {
  transport(NAME)
    .open.find(({ entries }) => entries[0]?.sequence === sequence)!
    .answer(given);
  await settled();
}

/** A running lane whose destination has confirmed entries 1 to `count`. What it was sent until then is forgotten. */
async function confirmedUpTo(
  count: number,
  options: Partial<DestinationOptions> = {},
  more: BenchOptions = {},
): Promise<Bench> {
  const bench = benchOf([destination(NAME, options)], more);
  bench.store.append(count);
  await bench.dispatcher.start();
  for (let turn = 0; turn < 10; turn += 1) await settled();
  expect(bench.store.states(NAME)).toEqual({ confirmed: count });
  bench.transport(NAME).requests.length = 0;
  return bench;
}

/** Another run on what is on record, after the process of the first has died. */
async function afterKill({ store, clock, journal }: Bench, options: Partial<DestinationOptions> = {}): Promise<Bench> {
  journal.kill();
  const second = benchOf([destination(NAME, options)], { store, clock });
  await second.dispatcher.start();
  await settled();
  return second;
}

describe('what a destination has confirmed', () => {
  it('is sent again at once, its attempts go on, and those that count begin anew', async () => {
    const bench = await confirmedUpTo(5);
    bench.transport(NAME).script = hang;
    expect(await redeliver(bench, 4, 2)).toEqual(answered([2, 4]));
    expect(bench.store.outcome(NAME, 2)).toMatchObject({ state: 'retrying', attempts: 1, attemptsCounted: 0 });
    await settled();
    expect(sent(bench)).toEqual([2, 4]);
    await answer(bench, 2);
    await answer(bench, 4);
    expect(bench.store.outcome(NAME, 2)).toMatchObject({ state: 'confirmed', attempts: 2 });
    expect(bench.store.states(NAME)).toEqual({ confirmed: 5 });
    expect(held(bench)).toBe(0);
  });

  it('is on record as a decision about each, with the reason', async () => {
    const bench = await confirmedUpTo(5);
    const now = bench.clock.now();
    await redeliver(bench, 2, 4);
    const decided = { what: 'redeliver', destination: NAME, at: now, why: WHY };
    expect(bench.store.decisions).toEqual([
      { ...decided, sequence: 2 },
      { ...decided, sequence: 4 },
    ]);
  });

  it('is recorded by one settle for all: a thousand syncs would hold up everything else', async () => {
    const bench = await confirmedUpTo(1_000);
    bench.transport(NAME).script = hang;
    const before = bench.journal.settles.length;
    const all = Array.from({ length: 1_000 }, (_, index) => index + 1);
    expect(await redeliver(bench, ...all)).toEqual(answered(all));
    expect(bench.journal.settles.slice(before).map(({ outcomes }) => outcomes.length)).toEqual([1_000]);
  });

  it('is sent unasked where the destination can be asked: a person knows better than a page that lags', async () => {
    const bench = await confirmedUpTo(3, { verifyUrl: 'http://warehouse.test/held/{id}' });
    bench.transport(NAME).onHolds = () => Promise.resolve({ status: 'held' });
    await redeliver(bench, 2);
    await settled();
    expect(sent(bench)).toEqual([2]);
    expect(bench.transport(NAME).asked).toEqual([]);
  });

  it('is tried until it is taken, and parked if it is refused: then it is decided about like any other', async () => {
    const bench = await confirmedUpTo(3);
    bench.transport(NAME).script = each((sequence) => (sequence === 2 ? status(422, 'no such SKU') : status(503)));
    await redeliver(bench, 1, 2, 3);
    await bench.clock.advance(1);
    expect(bench.store.outcome(NAME, 1)).toMatchObject({ state: 'retrying', attempts: 2 });
    expect(bench.store.outcome(NAME, 2)).toMatchObject({ state: 'parked', attempts: 2 });
    expect(await bench.dispatcher.discard(NAME, at(3), 'paid back')).toEqual(DONE);
    bench.transport(NAME).script = each(() => ok);
    expect(await bench.dispatcher.retry(NAME, at(2))).toEqual(DONE);
    await bench.clock.advance(60_000);
    expect(bench.store.states(NAME)).toEqual({ confirmed: 2, discarded: 1 });
    expect(bench.store.decisions.map(({ what, sequence }) => `${what} ${sequence}`)).toEqual([
      ...['redeliver 1', 'redeliver 2', 'redeliver 3'],
      ...['discard 3', 'retry 2'],
    ]);
  });

  it('may be had again as often as it is lost', async () => {
    const bench = await confirmedUpTo(3);
    for (let time = 1; time <= 3; time += 1) {
      expect(await redeliver(bench, 2)).toEqual(answered([2]));
      await settled();
      expect(bench.store.outcome(NAME, 2)).toMatchObject({ state: 'confirmed', attempts: time + 1 });
    }
    expect(sent(bench)).toEqual([2, 2, 2]);
  });

  it('waits on record while the lane is paused, and goes when it is resumed', async () => {
    const bench = await confirmedUpTo(3);
    await bench.dispatcher.pause(NAME);
    expect(await redeliver(bench, 2)).toEqual(answered([2]));
    await bench.clock.advance(60_000);
    expect(sent(bench)).toEqual([]);
    const second = await afterKill(bench);
    expect(sent(second)).toEqual([]);
    await second.dispatcher.resume(NAME);
    await settled();
    expect(second.store.outcome(NAME, 2)).toMatchObject({ state: 'confirmed', attempts: 2 });
  });

  it('waits while the circuit is open: a destination that is down is not flooded with what it has lost', async () => {
    const bench = await confirmedUpTo(3, { circuitFailuresMax: 1 });
    bench.transport(NAME).script = each(() => none());
    bench.store.append(1);
    await settled();
    expect(bench.dispatcher.status()[NAME]?.circuit).toBe('open');
    await redeliver(bench, 1, 2, 3);
    await settled();
    expect(sent(bench)).toEqual([4]);
    bench.transport(NAME).script = each(() => ok);
    await bench.clock.advance(120_000);
    expect(bench.store.states(NAME)).toEqual({ confirmed: 4 });
  });

  it('above the cursor is sent once more and not twice, also after a restart: the reader passes it by', async () => {
    const bench = benchOf([destination(NAME)]);
    bench.transport(NAME).script = (entries) => (entries[0]?.sequence === 1 ? undefined : entries.map(() => ok));
    bench.store.append(3);
    await bench.dispatcher.start();
    await settled();
    expect(bench.store.lane(NAME).cursor).toBe(0);
    bench.transport(NAME).script = hang;
    expect(await redeliver(bench, 3)).toEqual(answered([3]));
    await settled();
    expect(sent(bench)).toEqual([1, 2, 3, 3]);

    const second = await afterKill(bench);
    expect([...sent(second)].sort()).toEqual([1, 3]);
    expect(second.store.states(NAME)).toEqual({ confirmed: 3 });
    expect(second.store.lane(NAME).cursor).toBe(3);
  });
});

describe('a crash', () => {
  it('after it is durable and before it is in force loses nothing of what was asked for', async () => {
    const bench = await confirmedUpTo(3);
    bench.journal.afterSettle = () => {
      bench.journal.kill();
      return Promise.resolve();
    };
    void redeliver(bench, 2);
    await settled();
    expect(sent(bench)).toEqual([]);
    const second = await afterKill(bench);
    expect(sent(second)).toEqual([2]);
    expect(second.store.outcome(NAME, 2)).toMatchObject({ state: 'confirmed', attempts: 2 });
  });

  it('before it is durable is as if nobody had asked', async () => {
    const bench = await confirmedUpTo(3);
    bench.journal.beforeSettle = () => {
      bench.journal.kill();
      return Promise.resolve();
    };
    void redeliver(bench, 2);
    await settled();
    const second = await afterKill(bench);
    expect(sent(second)).toEqual([]);
    expect(second.store.decisions).toEqual([]);
  });

  it('is as harmless when it is a stop: it goes out after the next start', async () => {
    const bench = await confirmedUpTo(3);
    let release: () => void = () => undefined;
    bench.journal.beforeSettle = () => new Promise((resolve) => (release = resolve));
    const asked = redeliver(bench, 2);
    await settled();
    const stopped = bench.dispatcher.stop(1_000);
    await settled();
    release();
    expect(await asked).toEqual(answered([2]));
    await stopped;
    expect(sent(bench)).toEqual([]);
    expect(await redeliver(bench, 3)).toEqual({ status: 'refused', reason: 'stopped' });
    expect(sent(await afterKill(bench))).toEqual([2]);
  });
});

describe('what is not delivered again', () => {
  it('is told with the reason, each in its place, and nothing of it is recorded or sent', async () => {
    const keyOf = (sequence: number) => (sequence === 2 || sequence === 5 ? 'alice' : `key-${sequence}`);
    const bench = benchOf([destination(NAME, { order: 'key' })], { store: new MemoryStore(keyOf) });
    bench.transport(NAME).script = (entries) =>
      entries[0]?.sequence === 7
        ? undefined
        : entries.map(({ sequence }) => (sequence === 2 ? status(422) : sequence === 3 ? status(503) : ok));
    bench.store.append(8);
    await bench.dispatcher.start();
    await settled();
    expect(await bench.dispatcher.discard(NAME, at(3), 'returned')).toEqual(DONE);
    bench.transport(NAME).script = (entries) => entries.map(() => status(503));
    bench.store.append(1);
    await settled();
    const before = { sent: sent(bench).length, decisions: bench.store.decisions.length };

    expect(await redeliver(bench, 99, 9, 7, 5, 3, 2)).toEqual(
      answered([], { 2: 'parked', 3: 'discarded', 5: 'pending', 7: 'no-outcome', 9: 'retrying', 99: 'no-outcome' }),
    );
    expect(sent(bench)).toHaveLength(before.sent);
    expect(bench.store.decisions).toHaveLength(before.decisions);
  });

  it('stands beside what is: nobody has to sort out first what can be had again', async () => {
    const bench = await confirmedUpTo(3);
    bench.transport(NAME).script = each(() => status(422));
    bench.store.append(1);
    await settled();
    bench.transport(NAME).script = each(() => ok);
    expect(await redeliver(bench, 5, 3, 4, 1)).toEqual(answered([1, 3], { 4: 'parked', 5: 'no-outcome' }));
  });

  it('has no room: the lane never holds more than it may, the earliest go first, and the rest may be asked for again', async () => {
    const bench = await confirmedUpTo(50, { windowMax: 8, retryingMax: 16 });
    bench.transport(NAME).script = hang;
    const all = Array.from({ length: 20 }, (_, index) => 20 - index);
    const first = Array.from({ length: 16 }, (_, index) => index + 1);
    const full = { 17: 'no-room', 18: 'no-room', 19: 'no-room', 20: 'no-room' } as const;
    expect(await redeliver(bench, ...all)).toEqual(answered(first, full));
    expect(held(bench)).toBe(16);
    bench.store.append(100);
    await settled();
    expect(held(bench)).toBe(16);
    expect(bench.store.decisions).toHaveLength(16);

    bench.transport(NAME).script = each(() => ok);
    for (let turn = 0; turn < 5; turn += 1) {
      for (const request of [...bench.transport(NAME).open]) request.answer(ok);
      await settled();
    }
    expect(await redeliver(bench, 17, 18, 19, 20)).toEqual(answered([17, 18, 19, 20]));
    await bench.clock.advance(60_000);
    expect(bench.store.states(NAME)).toEqual({ confirmed: 150 });
  });

  it('takes none of the room that a read under way may fill', async () => {
    const bench = await confirmedUpTo(10, { windowMax: 8, retryingMax: 8 });
    bench.transport(NAME).script = hang;
    let release: () => void = () => undefined;
    bench.journal.beforeRead = () => new Promise((resolve) => (release = resolve));
    bench.store.append(100);
    await settled();
    expect(await redeliver(bench, 1, 2)).toEqual(answered([], { 1: 'no-room', 2: 'no-room' }));
    release();
    await settled();
    expect(held(bench)).toBe(8);
  });

  it('is busy while another command has it in hand: it would have two deliveries', async () => {
    const bench = await confirmedUpTo(3);
    bench.transport(NAME).script = hang;
    const [first, second] = await Promise.all([redeliver(bench, 1, 2), redeliver(bench, 2, 3)]);
    expect(first).toEqual(answered([1, 2]));
    expect(second).toEqual(answered([3], { 2: 'busy' }));
    await settled();
    expect([...sent(bench)].sort()).toEqual([1, 2, 3]);
    expect(await bench.dispatcher.retry(NAME, at(2))).toEqual({ status: 'refused', reason: 'not-parked' });
  });

  it('is busy while its confirmation is just being recorded: its first delivery has not ended', async () => {
    const bench = await confirmedUpTo(3);
    bench.transport(NAME).script = hang;
    await redeliver(bench, 2);
    await settled();
    let release: () => void = () => undefined;
    bench.journal.afterSettle = () => new Promise((resolve) => (release = resolve));
    await answer(bench, 2);
    expect(bench.store.outcome(NAME, 2)?.state).toBe('confirmed');
    expect(await redeliver(bench, 2)).toEqual(answered([], { 2: 'busy' }));
    release();
    await settled();
    bench.journal.afterSettle = () => Promise.resolve();
    expect(await redeliver(bench, 2)).toEqual(answered([2]));
  });

  it('is not known where there is no such destination', async () => {
    const bench = await confirmedUpTo(1);
    const refused = { status: 'refused', reason: 'unknown-destination' };
    expect(await bench.dispatcher.redeliver('finanse', [at(1)], WHY)).toEqual(refused);
  });
});

describe('what comes late', () => {
  it('does not undo a discard of what was delivered again and is under way', async () => {
    const bench = await confirmedUpTo(3);
    bench.transport(NAME).script = hang;
    await redeliver(bench, 2);
    await settled();
    expect(await bench.dispatcher.discard(NAME, at(2), 'paid back')).toEqual(DONE);
    expect(await redeliver(bench, 2)).toEqual(answered([], { 2: 'discarded' }));
    await answer(bench, 2);
    expect(bench.store.outcome(NAME, 2)).toMatchObject({ state: 'discarded', reason: 'paid back' });
    expect(held(bench)).toBe(0);
  });
});

describe('with order within each key', () => {
  const ordered = (count: number) => confirmedUpTo(count, { order: 'key' }, { store: new MemoryStore(() => 'alice') });

  it('holds back no other of its key, and is held back by none: what came after it was let go long ago', async () => {
    const bench = await ordered(3);
    bench.transport(NAME).script = hang;
    await redeliver(bench, 1);
    bench.store.append(1);
    await settled();
    expect(sent(bench)).toEqual([1, 4]);
    await redeliver(bench, 2);
    await settled();
    expect(sent(bench)).toEqual([1, 4, 2]);
    for (const sequence of [4, 1, 2]) await answer(bench, sequence);
    expect(bench.store.states(NAME)).toEqual({ confirmed: 4 });
  });

  it('parks and retries what it delivers again beside the line', async () => {
    const bench = await ordered(3);
    bench.transport(NAME).script = each(() => status(422));
    await redeliver(bench, 1);
    await settled();
    bench.transport(NAME).script = hang;
    bench.store.append(1);
    await settled();
    expect(await bench.dispatcher.retry(NAME, at(1))).toEqual(DONE);
    await settled();
    expect(sent(bench)).toEqual([1, 4, 1]);
  });

  it('lets one go that was found to be behind what is delivered again by then: it would wait for ever', async () => {
    const bench = benchOf([destination(NAME, { order: 'key' })], { store: new MemoryStore(() => 'alice') });
    bench.transport(NAME).script = each(() => status(503));
    bench.store.append(1);
    await bench.dispatcher.start();
    await settled();
    let release: () => void = () => undefined;
    bench.journal.afterRead = () => new Promise((resolve) => (release = resolve));
    bench.store.append(1);
    await settled();
    bench.transport(NAME).script = each(() => ok);
    await bench.clock.advance(60_000);
    expect(bench.store.outcome(NAME, 1)?.state).toBe('confirmed');
    bench.transport(NAME).script = hang;
    expect(await redeliver(bench, 1)).toEqual(answered([1]));
    release();
    bench.journal.afterRead = () => Promise.resolve();
    await settled();
    expect(bench.store.outcome(NAME, 2)).toMatchObject({ state: 'retrying' });
    await answer(bench, 2);
    await answer(bench, 1);
    expect(bench.store.states(NAME)).toEqual({ confirmed: 2 });
  });
});
