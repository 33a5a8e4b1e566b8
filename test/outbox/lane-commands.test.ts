import { describe, expect, it } from '@jest/globals';

import type { Sequence } from '../../shared/outbox/types.js';
import { type Bench, benchOf, destination } from '../support/dispatcher-fixture.js';
import { settled } from '../support/manual-clock.js';
import { MemoryStore } from '../support/memory-journal.js';
import { each, hang, none, ok, status } from '../support/scripted-transport.js';

const NAME = 'warehouse';
const DONE = { status: 'done' };
const refused = (reason: string) => ({ status: 'refused', reason });
const at = (sequence: number) => sequence as Sequence;

/** A running dispatcher whose destination has refused some of its entries. */
async function withParked(parked: number[], count = 10, retryingMax = 1_024): Promise<Bench> {
  const bench = benchOf([destination(NAME, { retryingMax })]);
  bench.transport(NAME).script = each((sequence) => (parked.includes(sequence) ? status(422, 'no such SKU') : ok));
  bench.store.append(count);
  await bench.dispatcher.start();
  for (let turn = 0; turn < 10; turn += 1) await settled();
  expect(bench.store.states(NAME).parked).toBe(parked.length);
  return bench;
}

describe('retry', () => {
  it('tries a parked entry again, keeps the number of attempts and starts a fresh allowance', async () => {
    const { dispatcher, store, transport, journal } = await withParked([3]);
    transport(NAME).script = hang;
    expect(await dispatcher.retry(NAME, at(3))).toEqual(DONE);
    expect(store.outcome(NAME, 3)).toMatchObject({ state: 'retrying', attempts: 1, attemptsCounted: 0 });
    await settled();
    transport(NAME).open[0]!.answer(ok);
    await settled();
    expect(store.outcome(NAME, 3)).toMatchObject({ state: 'confirmed', attempts: 2 });
    expect(store.mark(NAME)).toBe(10);
    expect(journal.settles.length).toBeGreaterThanOrEqual(3);
  });

  it('is on record before it is in force: a crash in between does not lose what was asked for', async () => {
    const { dispatcher, store, journal, transport, clock } = await withParked([3]);
    const sentBefore = transport(NAME).sent.length;
    journal.afterSettle = () => {
      journal.kill();
      return Promise.resolve();
    };
    void dispatcher.retry(NAME, at(3));
    await settled();
    expect(transport(NAME).sent).toHaveLength(sentBefore);

    const second = benchOf([destination(NAME)], { store, clock });
    await second.dispatcher.start();
    await settled();
    expect(second.transport(NAME).sent).toEqual([3]);
    expect(store.outcome(NAME, 3)?.state).toBe('confirmed');
  });

  it('gives one that had failed too often its whole allowance again: it would be parked by the first failure', async () => {
    const { dispatcher, store, transport } = await withParked([3]);
    const count = { attempts: 25, attemptsCounted: 25 };
    store.lane(NAME).outcomes.set(at(3), { ...store.outcome(NAME, 3)!, ...count });
    transport(NAME).script = hang;
    expect(await dispatcher.retry(NAME, at(3))).toEqual(DONE);
    expect(store.outcome(NAME, 3)).toMatchObject({ state: 'retrying', attempts: 25, attemptsCounted: 0 });
  });

  it.each([
    ['confirmed', 1, 'not-parked'],
    ['not there', 99, 'no-outcome'],
  ])('says no for an entry that is %s', async (_, sequence, reason) => {
    const { dispatcher } = await withParked([3]);
    expect(await dispatcher.retry(NAME, at(sequence))).toEqual(refused(reason));
  });

  it('says no for one that is being retried, so that it is never sent twice at a time', async () => {
    const { dispatcher, transport } = await withParked([3]);
    transport(NAME).script = hang;
    const sentBefore = transport(NAME).sent.length;
    const answers = await Promise.all([dispatcher.retry(NAME, at(3)), dispatcher.retry(NAME, at(3))]);
    expect(answers).toEqual([DONE, refused('busy')]);
    expect(await dispatcher.retry(NAME, at(3))).toEqual(refused('not-parked'));
    await settled();
    expect(transport(NAME).sent).toHaveLength(sentBefore + 1);
  });

  it('says no while the outcome that parks it is just being recorded', async () => {
    const { dispatcher, store, journal, transport } = await withParked([3]);
    transport(NAME).script = hang;
    await dispatcher.retry(NAME, at(3));
    await settled();
    let release: () => void = () => undefined;
    journal.afterSettle = () => new Promise((resolve) => (release = resolve));
    transport(NAME).open[0]!.answer(status(422));
    await settled();
    expect(store.outcome(NAME, 3)?.state).toBe('parked');
    expect(await dispatcher.retry(NAME, at(3))).toEqual(refused('busy'));
    release();
  });

  it('says no when the lane holds as many entries as it may', async () => {
    const { dispatcher, store, transport, clock } = await withParked([3], 10, 8);
    transport(NAME).script = each(() => none());
    store.append(100);
    await clock.advance(60_000);
    expect(dispatcher.status()[NAME]?.held).toBe(8);
    expect(await dispatcher.retry(NAME, at(3))).toEqual(refused('too-many-retrying'));
    expect(store.outcome(NAME, 3)?.state).toBe('parked');
  });
});

describe('retryParked', () => {
  it('tries all again', async () => {
    const parked = Array.from({ length: 600 }, (_, index) => index * 2 + 1);
    const { dispatcher, store, transport } = await withParked(parked, 1_500);
    transport(NAME).script = each(() => ok);
    expect(await dispatcher.retryParked(NAME)).toEqual({ status: 'done', retried: 600, more: false });
    for (let turn = 0; turn < 10; turn += 1) await settled();
    expect(store.mark(NAME)).toBe(1_500);
  });

  it('ends when what it tries is refused again at once', async () => {
    const { dispatcher, store } = await withParked([1, 2, 3]);
    expect(await dispatcher.retryParked(NAME)).toEqual({ status: 'done', retried: 3, more: false });
    await settled();
    expect(store.states(NAME).parked).toBe(3);
    expect(store.outcome(NAME, 1)).toMatchObject({ attempts: 2 });
  });

  it('takes up no more than the lane may hold, and says that there are more', async () => {
    const parked = Array.from({ length: 50 }, (_, index) => index + 1);
    const { dispatcher, store, transport } = await withParked(parked, 60, 16);
    transport(NAME).script = hang;
    expect(await dispatcher.retryParked(NAME)).toEqual({ status: 'done', retried: 16, more: true });
    expect(dispatcher.status()[NAME]?.held).toBe(16);
    store.append(100);
    await settled();
    expect(dispatcher.status()[NAME]?.held).toBe(16);
  });

  it('keeps the room that it was promised while that is being recorded: the lane would hold more than it may', async () => {
    const { dispatcher, store, journal, transport } = await withParked([1, 2, 3, 4], 10, 8);
    transport(NAME).script = hang;
    let release: () => void = () => undefined;
    journal.beforeSettle = () => new Promise((resolve) => (release = resolve));
    const all = dispatcher.retryParked(NAME);
    await settled();
    store.append(100);
    await settled();
    expect(dispatcher.status()[NAME]?.held).toBe(4);
    release();
    expect(await all).toEqual({ status: 'done', retried: 4, more: false });
    await settled();
    expect(dispatcher.status()[NAME]?.held).toBe(8);
  });

  it('leaves one out of which it is just being recorded that it is parked: it would have two deliveries', async () => {
    const { dispatcher, store, journal, transport } = await withParked([3]);
    transport(NAME).script = hang;
    await dispatcher.retry(NAME, at(3));
    await settled();
    let release: () => void = () => undefined;
    journal.afterSettle = () => new Promise((resolve) => (release = resolve));
    transport(NAME).open[0]!.answer(status(422));
    await settled();
    expect(store.outcome(NAME, 3)?.state).toBe('parked');
    expect(await dispatcher.retryParked(NAME)).toEqual({ status: 'done', retried: 0, more: false });
    release();
  });

  it('takes none of the room that a read under way may fill', async () => {
    const { dispatcher, store, journal, transport } = await withParked([1, 2, 3, 4], 10, 8);
    transport(NAME).script = hang;
    let release: () => void = () => undefined;
    journal.beforeRead = () => new Promise((resolve) => (release = resolve));
    store.append(100);
    await settled();
    expect(await dispatcher.retryParked(NAME)).toEqual({ status: 'done', retried: 0, more: true });
    release();
    await settled();
    expect(dispatcher.status()[NAME]?.held).toBe(8);
  });

  it('ends with the dispatcher: what is on record is tried again after the next start', async () => {
    const parked = Array.from({ length: 600 }, (_, index) => index + 1);
    const { dispatcher, store, journal, clock } = await withParked(parked, 600);
    let release: () => void = () => undefined;
    journal.beforeSettle = () => new Promise((resolve) => (release = resolve));
    const all = dispatcher.retryParked(NAME);
    await settled();
    const stopped = dispatcher.stop(1_000);
    await settled();
    journal.beforeSettle = () => Promise.resolve();
    release();
    expect(await all).toEqual({ status: 'done', retried: 256, more: true });
    await stopped;
    expect(store.states(NAME)).toEqual({ retrying: 256, parked: 344 });

    const second = benchOf([destination(NAME)], { store, clock });
    await second.dispatcher.start();
    await settled();
    expect(store.states(NAME)).toEqual({ confirmed: 256, parked: 344 });
  });

  it('leaves alone what another command has in hand', async () => {
    const { dispatcher, transport } = await withParked([1, 2, 3]);
    transport(NAME).script = hang;
    const sentBefore = transport(NAME).sent.length;
    const [single, all] = await Promise.all([dispatcher.retry(NAME, at(2)), dispatcher.retryParked(NAME)]);
    expect(single).toEqual(DONE);
    expect(all).toEqual({ status: 'done', retried: 2, more: false });
    await settled();
    expect(transport(NAME).sent.slice(sentBefore).sort()).toEqual([1, 2, 3]);
  });

  it('has nothing to do where nothing is parked', async () => {
    const { dispatcher } = benchOf([destination(NAME)]);
    await dispatcher.start();
    expect(await dispatcher.retryParked(NAME)).toEqual({ status: 'done', retried: 0, more: false });
  });
});

describe('discard', () => {
  it('gives a parked entry up, with the reason on record, and the mark moves on', async () => {
    const { dispatcher, store } = await withParked([3]);
    expect(await dispatcher.discard(NAME, at(3), 'sold twice')).toEqual(DONE);
    expect(store.outcome(NAME, 3)).toMatchObject({ state: 'discarded', reason: 'sold twice', attempts: 1 });
    expect(store.mark(NAME)).toBe(10);
  });

  it('wakes an entry that waits to be tried again, and sends it no more', async () => {
    const { dispatcher, store, transport, clock } = await withParked([3]);
    transport(NAME).script = each(() => status(503));
    store.append(1);
    await settled();
    expect(store.outcome(NAME, 11)?.state).toBe('retrying');
    const sentBefore = transport(NAME).sent.length;
    expect(await dispatcher.discard(NAME, at(11), 'cancelled')).toEqual(DONE);
    await settled();
    expect(dispatcher.status()[NAME]).toMatchObject({ held: 0 });
    await clock.advance(60_000);
    expect(transport(NAME).sent).toHaveLength(sentBefore);
  });

  it('takes an entry out of the queue of a destination that is down', async () => {
    const { dispatcher, store, transport, clock } = await withParked([3]);
    transport(NAME).script = each(() => none());
    store.append(30);
    await clock.advance(20_000);
    await dispatcher.pause(NAME);
    await clock.advance(60_000);
    const retrying = [...store.lane(NAME).outcomes.values()].filter(({ state }) => state === 'retrying');
    const held = dispatcher.status()[NAME]!.held;
    for (const { sequence } of retrying) expect(await dispatcher.discard(NAME, sequence, 'cancelled')).toEqual(DONE);
    await settled();
    expect(dispatcher.status()[NAME]?.held).toBe(held - retrying.length);
    transport(NAME).script = each(() => ok);
    await dispatcher.resume(NAME);
    await clock.advance(60_000);
    expect(store.states(NAME)).toEqual({ confirmed: 39 - retrying.length, parked: 1, discarded: retrying.length });
  });

  it('stands when the attempt that was under way brings a yes after all', async () => {
    const { dispatcher, store, transport, log } = await withParked([3]);
    transport(NAME).script = hang;
    await dispatcher.retry(NAME, at(3));
    await settled();
    expect(await dispatcher.discard(NAME, at(3), 'cancelled')).toEqual(DONE);
    transport(NAME).open[0]!.answer(ok);
    await settled();
    expect(store.outcome(NAME, 3)?.state).toBe('discarded');
    // Whoever gave it up may have paid it back by hand.
    expect(log.lines.at(-1)).toEqual({
      ...{ level: 'warn', fields: { destination: NAME, sequence: 3, id: 'id-3' } },
      message: 'a discarded entry was under way, and has arrived all the same',
    });
    expect(dispatcher.status()[NAME]?.held).toBe(0);
  });

  it('gives way to a confirmation that was recorded just before', async () => {
    const { dispatcher, store, journal, transport } = await withParked([3]);
    transport(NAME).script = hang;
    await dispatcher.retry(NAME, at(3));
    await settled();
    let release: () => void = () => undefined;
    journal.beforeSettle = () => new Promise((resolve) => (release = resolve));
    transport(NAME).open[0]!.answer(ok);
    await settled();
    const discarded = dispatcher.discard(NAME, at(3), 'cancelled');
    await settled();
    journal.beforeSettle = () => Promise.resolve();
    release();
    expect(await discarded).toEqual(refused('already-final'));
    expect(store.outcome(NAME, 3)?.state).toBe('confirmed');
  });

  it.each([
    ['confirmed', 1, 'already-final'],
    ['not there', 99, 'no-outcome'],
  ])('says no for an entry that is %s', async (_, sequence, reason) => {
    const { dispatcher } = await withParked([3]);
    expect(await dispatcher.discard(NAME, at(sequence), 'why not')).toEqual(refused(reason));
  });

  it('says no the second time', async () => {
    const { dispatcher } = await withParked([3]);
    await dispatcher.discard(NAME, at(3), 'first');
    expect(await dispatcher.discard(NAME, at(3), 'second')).toEqual(refused('already-final'));
    expect(await dispatcher.retry(NAME, at(3))).toEqual(refused('not-parked'));
  });
});

describe('what a person decided', () => {
  it('is on record with the reason, in the order in which it took effect', async () => {
    const { dispatcher, store, clock } = await withParked([3, 5, 7]);
    const now = clock.now();
    await dispatcher.pause(NAME, 'stock-taking');
    await dispatcher.retry(NAME, at(3), 'the SKU is there now');
    await dispatcher.discard(NAME, at(5), 'sold twice');
    await dispatcher.resume(NAME);
    expect(store.decisions).toEqual([
      { what: 'pause', destination: NAME, at: now, why: 'stock-taking' },
      { what: 'retry', destination: NAME, sequence: 3, at: now, why: 'the SKU is there now' },
      { what: 'discard', destination: NAME, sequence: 5, at: now, why: 'sold twice' },
      { what: 'resume', destination: NAME, at: now, why: undefined },
    ]);
  });

  it('is on record for each entry when all that are parked are tried again', async () => {
    const { dispatcher, store } = await withParked([3, 5, 7]);
    await dispatcher.retryParked(NAME, 'new catalogue');
    const retries = store.decisions.map(({ what, sequence, why }) => [what, sequence, why]);
    expect(retries).toEqual([3, 5, 7].map((sequence) => ['retry', sequence, 'new catalogue']));
  });

  it('is not on record where it was refused, nor what the lane did by itself', async () => {
    const { dispatcher, store, transport, clock } = await withParked([3]);
    transport(NAME).script = each(() => status(503));
    store.append(1);
    await clock.advance(10_000);
    expect(store.outcome(NAME, 11)).toMatchObject({ state: 'retrying' });
    expect(await dispatcher.retry(NAME, at(1), 'no')).toEqual(refused('not-parked'));
    expect(await dispatcher.retry(NAME, at(11), 'no')).toEqual(refused('not-parked'));
    expect(await dispatcher.discard(NAME, at(1), 'no')).toEqual(refused('already-final'));
    expect(store.decisions).toEqual([]);
  });
});

describe('pause and resume', () => {
  it('holds a lane, loses nothing, and leaves the others alone', async () => {
    const { dispatcher, store, transport } = benchOf([destination(NAME), destination('finance')]);
    await dispatcher.start();
    expect(await dispatcher.pause(NAME)).toEqual(DONE);
    store.append(1_000);
    for (let turn = 0; turn < 5; turn += 1) await settled();
    expect(transport(NAME).sent).toEqual([]);
    expect(store.mark('finance')).toBe(1_000);
    expect(dispatcher.status()).toMatchObject({ [NAME]: { paused: true, held: 0 }, finance: { paused: false } });

    expect(await dispatcher.resume(NAME)).toEqual(DONE);
    for (let turn = 0; turn < 5; turn += 1) await settled();
    expect(store.mark(NAME)).toBe(1_000);
  });

  it('lets what is under way finish', async () => {
    const { dispatcher, store, transport } = benchOf([destination(NAME)]);
    transport(NAME).script = hang;
    store.append(1);
    await dispatcher.start();
    await settled();
    await dispatcher.pause(NAME);
    transport(NAME).open[0]!.answer(ok);
    await settled();
    expect(store.mark(NAME)).toBe(1);
  });

  it('lasts over a restart', async () => {
    const store = new MemoryStore();
    const first = benchOf([destination(NAME)], { store });
    await first.dispatcher.start();
    await first.dispatcher.pause(NAME);
    first.journal.kill();
    store.append(5);

    const second = benchOf([destination(NAME)], { store });
    await second.dispatcher.start();
    await settled();
    expect(second.transport(NAME).sent).toEqual([]);
    expect(second.dispatcher.status()[NAME]?.paused).toBe(true);
    await second.dispatcher.resume(NAME);
    await settled();
    expect(store.mark(NAME)).toBe(5);
  });

  it('ends as it was asked for last, however fast', async () => {
    const { dispatcher, store } = benchOf([destination(NAME)]);
    await dispatcher.start();
    await Promise.all([
      dispatcher.pause(NAME),
      dispatcher.resume(NAME),
      dispatcher.pause(NAME),
      dispatcher.resume(NAME),
    ]);
    expect(store.lane(NAME).paused).toBe(false);
    expect(dispatcher.status()[NAME]?.paused).toBe(false);
  });
});
