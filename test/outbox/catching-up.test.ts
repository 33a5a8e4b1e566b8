import { describe, expect, it } from '@jest/globals';

import type { EpochMs, Sequence } from '../../shared/outbox/types.js';
import { benchOf, destination } from '../support/dispatcher-fixture.js';
import { settled } from '../support/manual-clock.js';
import { MemoryStore } from '../support/memory-journal.js';
import { each, hang, ok, status } from '../support/scripted-transport.js';

const NAME = 'crm';

/** A lane with a backlog and a rate on record. */
async function behind(
  backlog: number,
  ratePerSecond: number,
  options: Parameters<typeof destination>[1] = {},
  store = new MemoryStore(),
) {
  const bench = benchOf([destination(NAME, options), destination('warehouse')], { store });
  bench.store.lane(NAME).catchUpRatePerSecond = ratePerSecond;
  bench.store.append(backlog);
  await bench.dispatcher.start();
  await settled();
  const confirmed = () => bench.store.states(NAME).confirmed ?? 0;
  return { ...bench, confirmed };
}

describe('a lane that catches up', () => {
  it('keeps within its rate, while the others go on at once', async () => {
    const { clock, store, confirmed, dispatcher } = await behind(1000, 10);
    expect(store.mark('warehouse')).toBe(1000);
    for (let second = 1; second <= 20; second += 1) {
      await clock.advance(1000);
      expect(confirmed()).toBeLessThanOrEqual(second * 10 + 1);
      expect(confirmed()).toBeGreaterThanOrEqual(second * 10 - 1);
    }
    expect(dispatcher.status()[NAME]).toMatchObject({ ratePerSecond: 10, catchingUp: true });
  });

  it('counts each event of a batch, not each request', async () => {
    const { clock, confirmed } = await behind(1000, 50, { batchMax: 100 });
    await clock.advance(2000);
    expect(confirmed()).toBeLessThanOrEqual(106);
    expect(confirmed()).toBeGreaterThanOrEqual(95);
  });

  it('is free once it has caught up, on record too, and says so', async () => {
    const { clock, store, confirmed, dispatcher, log } = await behind(50, 10);
    await clock.advance(4000);
    expect(store.lane(NAME).catchUpRatePerSecond).toBe(10);
    await clock.advance(2000);
    expect(confirmed()).toBe(50);
    expect(dispatcher.status()[NAME]).toMatchObject({ ratePerSecond: null, catchingUp: false });
    expect(store.lane(NAME).catchUpRatePerSecond).toBeUndefined();
    expect(log.lines.map(({ message }) => message)).toEqual(['destination has caught up: its rate is lifted']);
    store.append(500);
    await settled();
    await settled();
    expect(confirmed()).toBe(550);
  });

  it.each([1, 5])(
    'keeps within its rate while entries are held, of %i keys: they are read, and not delivered',
    async (keys) => {
      const byKey = new MemoryStore((sequence) => `key-${sequence % keys}`);
      const { clock, store, confirmed } = await behind(200, 10, { order: 'key' }, byKey);
      for (let second = 1; second <= 19; second += 1) {
        await clock.advance(1000);
        expect(confirmed()).toBeLessThanOrEqual(second * 10 + 1);
        expect(confirmed()).toBeGreaterThanOrEqual(second * 10 - 1);
      }
      await clock.advance(2000);
      expect(confirmed()).toBe(200);
      expect(store.lane(NAME).catchUpRatePerSecond).toBeUndefined();
    },
  );

  it('is free once all that is left is held behind a parked entry: that may stand there for months', async () => {
    const store = new MemoryStore(() => 'alice');
    store.append(1);
    const count = { attempts: 1, attemptsCounted: 0 };
    const [sequence, at] = [1 as Sequence, 0 as EpochMs];
    store.settle(NAME, [{ state: 'parked', sequence, key: 'alice', ...count, at, error: '422 no such SKU' }]);
    const { clock } = await behind(10, 10, { order: 'key' }, store);
    await clock.advance(10_000);
    expect(store.states(NAME)).toEqual({ parked: 1, held: 10 });
    expect(store.lane(NAME).catchUpRatePerSecond).toBeUndefined();
  });

  it('is free at once where there was nothing to catch up with', async () => {
    const { store } = await behind(0, 10);
    expect(store.lane(NAME).catchUpRatePerSecond).toBeUndefined();
  });

  it('keeps its own limit for good', async () => {
    const { clock, confirmed, dispatcher } = await behind(20, 10, { ratePerSecondMax: 20 });
    await clock.advance(3000);
    expect(dispatcher.status()[NAME]).toMatchObject({ ratePerSecond: 20, catchingUp: false });
    expect(confirmed()).toBe(20);
  });

  it('counts attempts that fail, too: they are what the destination has to bear', async () => {
    const { clock, transport } = await behind(1000, 10, { circuitFailuresMax: 10_000 });
    transport(NAME).script = each(() => status(503));
    const before = transport(NAME).requests.length;
    await clock.advance(5000);
    expect(transport(NAME).requests.length - before).toBeLessThanOrEqual(51);
  });
});

describe('a lane that is resumed', () => {
  const paused = async (backlog: number) => {
    const bench = benchOf([destination(NAME)]);
    bench.store.lane(NAME).paused = true;
    bench.store.append(backlog);
    await bench.dispatcher.start();
    await settled();
    return { ...bench, confirmed: () => bench.store.states(NAME).confirmed ?? 0 };
  };

  it('with a rate drains at that rate from the first entry on', async () => {
    const { clock, dispatcher, confirmed } = await paused(1000);
    await dispatcher.resume(NAME, undefined, 20);
    await settled();
    expect(confirmed()).toBeLessThanOrEqual(2);
    await clock.advance(5000);
    expect(confirmed()).toBeLessThanOrEqual(102);
    expect(confirmed()).toBeGreaterThanOrEqual(98);
  });

  it('with a rate holds to it for what had failed before, too: that is what an outage leaves', async () => {
    const { clock, dispatcher, transport, confirmed } = await behind(60, 1000, { circuitFailuresMax: 10_000 });
    transport(NAME).script = each(() => status(503));
    await clock.advance(2000);
    await dispatcher.pause(NAME);
    await clock.advance(60_000);
    transport(NAME).script = each(() => ok);
    const before = confirmed();
    await dispatcher.resume(NAME, undefined, 10);
    await clock.advance(3000);
    expect(confirmed() - before).toBeLessThanOrEqual(31);
    expect(dispatcher.status()[NAME]).toMatchObject({ catchingUp: true });
    await clock.advance(5000);
    expect(confirmed()).toBe(60);
    expect(dispatcher.status()[NAME]).toMatchObject({ catchingUp: false });
  });

  it('goes on at that rate after a kill: a restart must not run the destination over', async () => {
    const { clock, dispatcher, store, journal } = await paused(1000);
    await dispatcher.resume(NAME, undefined, 20);
    await clock.advance(1000);
    journal.kill();
    const next = benchOf([destination(NAME)], { store, clock });
    const before = store.states(NAME).confirmed ?? 0;
    await next.dispatcher.start();
    await clock.advance(2000);
    expect((store.states(NAME).confirmed ?? 0) - before).toBeLessThanOrEqual(42);
  });

  it('without a word keeps the rate it had, and loses it with null', async () => {
    const { clock, dispatcher, confirmed } = await paused(1000);
    await dispatcher.resume(NAME, undefined, 20);
    await dispatcher.pause(NAME);
    await dispatcher.resume(NAME);
    await clock.advance(1000);
    expect(confirmed()).toBeLessThanOrEqual(22);
    await dispatcher.resume(NAME, undefined, null);
    await settled();
    await settled();
    expect(confirmed()).toBe(1000);
  });

  it('with a rate is free at once where nothing waits: it would be said to catch up with nothing', async () => {
    const { dispatcher, store } = await behind(0, 10);
    store.append(1);
    for (let turn = 0; turn < 3; turn += 1) await settled();
    await dispatcher.pause(NAME);
    await dispatcher.resume(NAME, undefined, 5);
    await settled();
    expect(dispatcher.status()[NAME]).toMatchObject({ ratePerSecond: null, catchingUp: false });
    expect(store.lane(NAME).catchUpRatePerSecond).toBeUndefined();
  });

  it('keeps a rate that was set while an earlier one was being lifted', async () => {
    const { clock, dispatcher, store, transport, journal } = await paused(1);
    transport(NAME).script = hang;
    await dispatcher.resume(NAME, undefined, 20);
    await settled();
    const [first] = transport(NAME).open;
    let release = (): void => undefined;
    journal.beforeSettle = () => new Promise((resolve) => (release = resolve));
    first!.answer(ok);
    await settled();
    const set = dispatcher.resume(NAME, undefined, 5);
    release();
    await set;
    await clock.advance(10);
    // Caught up as it is, that one is lifted in its turn; what must not be is that the lift of 20 takes it away unseen.
    expect(store.lane(NAME).catchUpRatePerSecond).toBeUndefined();
    expect(dispatcher.status()[NAME]).toMatchObject({ ratePerSecond: null });
  });
});
