import { describe, expect, it } from '@jest/globals';

import type { Dispatcher } from '../../shared/outbox/operation.js';
import type { Sequence } from '../../shared/outbox/types.js';
import { benchOf, destination } from '../support/dispatcher-fixture.js';
import { settled } from '../support/manual-clock.js';
import { each, hang, none, ok, status } from '../support/scripted-transport.js';

describe('delivering', () => {
  it('sends every entry once to every destination and records that it was confirmed', async () => {
    const { dispatcher, store, transport } = benchOf([destination('warehouse'), destination('finance')]);
    store.append(2_000);
    await dispatcher.start();
    await settled();
    store.append(500);
    await settled();
    await settled();

    for (const name of ['warehouse', 'finance']) {
      expect(store.mark(name)).toBe(2_500);
      expect(transport(name).sent).toHaveLength(2_500);
      expect(new Set(transport(name).sent).size).toBe(2_500);
    }
    await dispatcher.stop(1_000);
    expect(transport('warehouse').closed).toBe(1);
  });

  it('keeps one destination going while another hangs', async () => {
    const { dispatcher, store, transport } = benchOf([destination('warehouse'), destination('finance')]);
    transport('finance').script = hang;
    store.append(2_000);
    await dispatcher.start();
    await settled();
    await settled();

    expect(store.mark('warehouse')).toBe(2_000);
    expect(store.mark('finance')).toBe(0);
    expect(transport('finance').open).toHaveLength(32);
    expect(dispatcher.status()).toMatchObject({ finance: { inFlight: 32, held: 512 }, warehouse: { held: 0 } });
  });

  it('parks a refused entry at once and lets the others pass', async () => {
    const { dispatcher, store, transport } = benchOf([destination('warehouse')]);
    transport('warehouse').script = each((sequence) => (sequence === 3 ? status(422, 'no such SKU') : ok));
    store.append(10);
    await dispatcher.start();
    await settled();

    expect(store.states('warehouse')).toEqual({ confirmed: 9, parked: 1 });
    expect(store.outcome('warehouse', 3)).toMatchObject({
      attempts: 1,
      error: '422 Unprocessable Entity: no such SKU',
    });
    expect(store.mark('warehouse')).toBe(2);
  });

  it('tries again after an outage of any length and loses nothing', async () => {
    const { dispatcher, store, transport, clock } = benchOf([destination('warehouse')]);
    transport('warehouse').script = each(() => none());
    store.append(1);
    await dispatcher.start();
    await clock.advance(600_000);
    expect(store.outcome('warehouse', 1)).toMatchObject({ state: 'retrying', attemptsCounted: 0 });

    transport('warehouse').script = each(() => ok);
    await clock.advance(10_000);
    expect(store.outcome('warehouse', 1)).toMatchObject({ state: 'confirmed' });
  });
});

describe('stopping', () => {
  it('makes no new attempt, lets those under way finish, records them and closes', async () => {
    const { dispatcher, store, transport } = benchOf([destination('warehouse', { inFlightMax: 2 })]);
    transport('warehouse').script = hang;
    store.append(10);
    await dispatcher.start();
    await settled();
    const stopped = dispatcher.stop(1_000);
    await settled();
    expect(transport('warehouse').closed).toBe(0);
    for (const request of [...transport('warehouse').open]) request.answer(ok);
    await stopped;
    expect(transport('warehouse').sent).toEqual([1, 2]);
    expect(store.states('warehouse')).toEqual({ confirmed: 2 });
    expect(transport('warehouse').closed).toBe(1);
  });

  it('does not wait longer than its deadline; what had no answer stays unrecorded and is sent again', async () => {
    const { dispatcher, store, transport, clock } = benchOf([destination('warehouse')]);
    transport('warehouse').script = each(() => ok);
    store.append(5);
    await dispatcher.start();
    await settled();
    transport('warehouse').script = hang;
    store.append(1);
    await settled();
    const stopped = dispatcher.stop(1_000);
    await clock.advance(1_000);
    await stopped;
    expect(store.outcome('warehouse', 6)).toBeUndefined();
    expect(transport('warehouse').closed).toBe(1);
    expect(clock.pending).toBe(0);

    const second = benchOf([destination('warehouse')], { store, clock });
    await second.dispatcher.start();
    await settled();
    expect(second.transport('warehouse').sent).toEqual([6]);
  });

  it('is the same however often it is called', async () => {
    const { dispatcher, transport } = benchOf([destination('warehouse')]);
    await dispatcher.start();
    const first = dispatcher.stop(1_000);
    expect(dispatcher.stop(5)).toBe(first);
    await first;
    await dispatcher.stop(1_000);
    expect(transport('warehouse').closed).toBe(1);
  });

  it('wakes what waits to be tried again, and leaves no timer and no listener behind', async () => {
    const { dispatcher, store, transport, clock } = benchOf([destination('warehouse')]);
    transport('warehouse').script = each(() => status(503, '', 30_000));
    store.append(20);
    await dispatcher.start();
    await clock.advance(10_000);
    expect(clock.pending).toBeGreaterThan(0);
    await dispatcher.stop(1_000);
    expect(clock.pending).toBe(0);
    expect(store.listeners.size).toBe(0);
  });

  it('leaves no timer behind when what was under way fails: the process would wait for a probe that never comes', async () => {
    const { dispatcher, store, transport, clock } = benchOf([destination('warehouse', { circuitFailuresMax: 1 })]);
    transport('warehouse').script = hang;
    store.append(1);
    await dispatcher.start();
    await settled();
    const stopped = dispatcher.stop(1_000);
    transport('warehouse').open[0]!.answer(status(503, '', 60_000));
    await stopped;
    expect(dispatcher.status().warehouse).toMatchObject({ circuit: 'open', nextProbeAt: null });
    expect(clock.pending).toBe(0);
  });

  it('ends although the disk is full and no outcome can be recorded', async () => {
    const { dispatcher, store, journal, clock } = benchOf([destination('warehouse')]);
    journal.beforeSettle = () => new Promise(() => undefined);
    store.append(5);
    await dispatcher.start();
    await settled();
    const stopped = dispatcher.stop(1_000);
    await clock.advance(2_000);
    await stopped;
    expect(store.states('warehouse')).toEqual({});
  });

  it('waits for outcomes that are just being recorded', async () => {
    const { dispatcher, store, journal } = benchOf([destination('warehouse')]);
    let release: () => void = () => undefined;
    journal.beforeSettle = () => new Promise((resolve) => (release = resolve));
    store.append(1);
    await dispatcher.start();
    await settled();
    const stopped = dispatcher.stop(1_000);
    await settled();
    release();
    await stopped;
    expect(store.mark('warehouse')).toBe(1);
  });

  it('begins nothing when it comes before the start, or while the lanes are being opened', async () => {
    const early = benchOf([destination('warehouse')]);
    early.store.append(5);
    await early.dispatcher.stop(1_000);
    await early.dispatcher.start();
    await settled();
    expect(early.transport('warehouse').sent).toEqual([]);

    const during = benchOf([destination('warehouse')]);
    during.store.append(5);
    const started = during.dispatcher.start();
    await Promise.all([started, during.dispatcher.stop(1_000)]);
    await settled();
    expect(during.transport('warehouse').sent).toEqual([]);
    expect(during.store.listeners.size).toBe(0);
  });

  it('throws away what a read brings after it: it is read again after the next start', async () => {
    const { dispatcher, store, journal, transport } = benchOf([destination('warehouse')]);
    let release: () => void = () => undefined;
    journal.beforeRead = () => new Promise((resolve) => (release = resolve));
    store.append(5);
    await dispatcher.start();
    await settled();
    const stopped = dispatcher.stop(1_000);
    release();
    await stopped;
    expect(transport('warehouse').sent).toEqual([]);
  });
});

describe('a journal that fails', () => {
  it.each(['read', 'settle', 'readEntry'] as const)(
    'makes the dispatcher say that it must restart: %s',
    async (method) => {
      const { dispatcher, store, journal, transport, clock, log } = benchOf([
        destination('warehouse'),
        destination('finance'),
      ]);
      transport('warehouse').script = each((sequence) => (sequence === 1 ? status(422) : ok));
      store.append(1);
      const failure = dispatcher.failed.catch((error: unknown) => error);
      await dispatcher.start();
      await settled();
      Object.assign(journal, { [method]: () => Promise.reject(new Error('disk on fire')) });
      await dispatcher.retry('warehouse', 1 as Sequence).catch(() => undefined);
      store.append(100);
      expect(await failure).toEqual(new Error('disk on fire'));
      await clock.advance(60_000);
      expect(log.levels()).toContain('error');
      await dispatcher.stop(1_000);
      expect(clock.pending).toBe(0);
    },
  );

  it('makes no further attempt in the lane that failed', async () => {
    const { dispatcher, store, journal, transport, clock } = benchOf([destination('warehouse', { inFlightMax: 1 })]);
    journal.settle = () => Promise.reject(new Error('disk on fire'));
    const failure = dispatcher.failed.catch((error: unknown) => error);
    store.append(100);
    await dispatcher.start();
    await failure;
    const sent = transport('warehouse').sent.length;
    await clock.advance(60_000);
    expect(transport('warehouse').sent.length).toBe(sent);
    expect(sent).toBeLessThan(10);
    expect(await dispatcher.retry('warehouse', 1 as Sequence)).toEqual({ status: 'refused', reason: 'stopped' });
    await dispatcher.stop(1_000);
  });

  it('fails the start when a lane cannot be opened', async () => {
    const { dispatcher, journal } = benchOf([destination('warehouse')]);
    journal.openLane = () => Promise.reject(new Error('no such table'));
    await expect(dispatcher.start()).rejects.toThrow('no such table');
    await dispatcher.stop(1_000);
  });

  it.each(['outcome', 'setPaused', 'parked'] as const)(
    'tells who asked, and who runs it, when %s fails',
    async (method) => {
      const { dispatcher, journal } = benchOf([destination('warehouse')]);
      const failure = dispatcher.failed.catch((error: unknown) => error);
      await dispatcher.start();
      Object.assign(journal, { [method]: () => Promise.reject(new Error('disk on fire')) });
      const asked = {
        outcome: () => dispatcher.retry('warehouse', 1 as Sequence),
        setPaused: () => dispatcher.pause('warehouse'),
        parked: () => dispatcher.retryParked('warehouse'),
      }[method];
      await expect(asked()).rejects.toThrow('disk on fire');
      expect(await failure).toEqual(new Error('disk on fire'));
      await dispatcher.stop(1_000);
    },
  );

  it('fails, too, when a transport breaks its promise: guessing might lose a purchase', async () => {
    const { dispatcher, store, transport } = benchOf([destination('warehouse')]);
    transport('warehouse').script = () => [];
    const failure = dispatcher.failed.catch((error: unknown) => error);
    store.append(1);
    await dispatcher.start();
    expect(await failure).toMatchObject({ code: 'BROKEN_TRANSPORT' });
    expect(store.outcome('warehouse', 1)).toBeUndefined();
    await dispatcher.stop(1_000);
  });
});

describe('what is asked of it', () => {
  const results = { confirmed: 0, refused: 0, misdirected: 0, failed: 0, 'no-answer': 0 };
  const noneYet = {
    results,
    ...{ attempts: 0, confirmed: 0, parked: 0, repeatsSaved: 0 },
    repeats: { restart: 0, other: 0 },
    checks: { held: 0, notHeld: 0, noAnswer: 0 },
  };
  const commands = [
    ['pause', (dispatcher: Dispatcher, name: string) => dispatcher.pause(name)],
    ['resume', (dispatcher: Dispatcher, name: string) => dispatcher.resume(name)],
    ['retry', (dispatcher: Dispatcher, name: string) => dispatcher.retry(name, 1 as Sequence)],
    ['retryParked', (dispatcher: Dispatcher, name: string) => dispatcher.retryParked(name)],
    ['discard', (dispatcher: Dispatcher, name: string) => dispatcher.discard(name, 1 as Sequence, 'because')],
  ] as const;

  it.each(commands)('%s says that there is no such destination', async (_, command) => {
    const { dispatcher } = benchOf([destination('warehouse')]);
    await dispatcher.start();
    expect(await command(dispatcher, 'constructor')).toEqual({ status: 'refused', reason: 'unknown-destination' });
  });

  it.each(commands)('%s says that it does not run, before the start and after the stop', async (_, command) => {
    const { dispatcher } = benchOf([destination('warehouse')]);
    const stopped = { status: 'refused', reason: 'stopped' };
    expect(await command(dispatcher, 'warehouse')).toEqual(stopped);
    await dispatcher.start();
    await dispatcher.stop(1_000);
    expect(await command(dispatcher, 'warehouse')).toEqual(stopped);
  });

  it('tells what every lane is doing', async () => {
    const { dispatcher, store, transport, clock } = benchOf([destination('warehouse'), destination('finance')]);
    transport('finance').script = each(() => none());
    store.append(10);
    await dispatcher.start();
    await settled();
    expect(dispatcher.status()).toEqual({
      warehouse: {
        inFlight: 0,
        held: 0,
        circuit: 'closed',
        ...{ circuitReason: null, circuitSince: null, nextProbeAt: null },
        paused: false,
        lastError: null,
        ...{ ratePerSecond: null, catchingUp: false },
        counts: { ...noneYet, attempts: 10, results: { ...results, confirmed: 10 }, confirmed: 10 },
      },
      finance: {
        ...{ ratePerSecond: null, catchingUp: false },
        inFlight: 0,
        held: 10,
        circuit: 'open',
        circuitReason: 'connect ECONNREFUSED 127.0.0.1:3001',
        circuitSince: clock.now(),
        // With jitter of a half: three quarters of the first delay.
        nextProbeAt: Math.ceil(clock.now() + 187.5),
        paused: false,
        lastError: 'connect ECONNREFUSED 127.0.0.1:3001',
        counts: { ...noneYet, attempts: 10, results: { ...results, 'no-answer': 10 } },
      },
    });
    await dispatcher.stop(1_000);
  });

  it('starts once, however often it is told to', async () => {
    const { dispatcher, store, transport } = benchOf([destination('warehouse')]);
    store.append(5);
    expect(dispatcher.start()).toBe(dispatcher.start());
    await settled();
    expect(transport('warehouse').sent).toHaveLength(5);
    await dispatcher.stop(1_000);
  });

  it('refuses two destinations of one name: one would take the other for itself', () => {
    expect(() => benchOf([destination('warehouse'), destination('warehouse')])).toThrow('warehouse');
  });
});
