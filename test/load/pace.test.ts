import { describe, expect, it } from '@jest/globals';

import { runClosedLoop } from '../../services/load/closed-loop.js';
import { Ending } from '../../services/load/ending.js';
import { runOpenLoop } from '../../services/load/open-loop.js';
import { ManualClock, settled } from '../support/manual-clock.js';

/** Purchases that end when a test says so. */
class HeldSales {
  readonly dueAts: number[] = [];
  readonly begunAts: number[] = [];
  readonly #open: (() => void)[] = [];
  readonly #clock: ManualClock;
  held = false;

  constructor(clock: ManualClock) {
    this.#clock = clock;
  }

  readonly sell = (dueAt: number): Promise<void> => {
    this.dueAts.push(dueAt);
    this.begunAts.push(this.#clock.now());
    return this.held ? new Promise((resolve) => this.#open.push(resolve)) : Promise.resolve();
  };

  get underWay(): number {
    return this.#open.length;
  }

  end(count = this.#open.length): void {
    for (const resolve of this.#open.splice(0, count)) resolve();
  }
}

function open(options: { perSecond: number; connections: number; purchasesMax?: number }) {
  const clock = new ManualClock(0);
  const sales = new HeldSales(clock);
  const stopping = new AbortController();
  const { purchasesMax = Infinity } = options;
  const run = runOpenLoop({ ...options, purchasesMax, clock, sell: sales.sell, stopped: stopping.signal });
  return { clock, sales, stopping, run };
}

describe('an open loop', () => {
  it('begins purchases at even distances, whether or not they are answered', async () => {
    const { clock, sales, stopping, run } = open({ perSecond: 4, connections: 100 });
    sales.held = true;
    await clock.advance(2_000);
    expect(sales.begunAts).toEqual([0, 250, 500, 750, 1000, 1250, 1500, 1750, 2000]);
    stopping.abort();
    sales.end();
    expect(await run).toEqual({ late: 0, neverBegun: 0 });
  });

  it('makes up for what could not begin in time, which keeps the time at which it was due', async () => {
    const { clock, sales, stopping, run } = open({ perSecond: 10, connections: 2 });
    sales.held = true;
    await clock.advance(1_000);
    // Nothing is answered for a second: two have begun, eight more were due.
    expect(sales.begunAts).toEqual([0, 100]);
    sales.held = false;
    sales.end();
    await clock.advance(0);
    expect(sales.dueAts).toEqual([0, 100, 200, 300, 400, 500, 600, 700, 800, 900, 1000]);
    expect(sales.begunAts.slice(2)).toEqual(Array.from({ length: 9 }, () => 1_000));
    await clock.advance(500);
    stopping.abort();
    // That which was due at 1000 began then.
    expect(await run).toEqual({ late: 8, neverBegun: 0 });
    expect(sales.begunAts.slice(-5)).toEqual([1100, 1200, 1300, 1400, 1500]);
  });

  it('tells how many were due and never begun, and waits for those under way', async () => {
    const { clock, sales, stopping, run } = open({ perSecond: 10, connections: 2 });
    sales.held = true;
    await clock.advance(1_050);
    stopping.abort();
    await settled();
    let over = false;
    void run.then(() => (over = true));
    await settled();
    expect(over).toBe(false);
    sales.end();
    // Due at 200, 300 … 1000.
    expect(await run).toEqual({ late: 0, neverBegun: 9 });
  });

  it('begins as many as were asked for', async () => {
    const { clock, sales, run } = open({ perSecond: 1_000, connections: 8, purchasesMax: 5 });
    await clock.advance(1_000);
    expect(await run).toEqual({ late: 0, neverBegun: 0 });
    expect(sales.begunAts).toEqual([0, 1, 2, 3, 4]);
  });
});

describe('a closed loop', () => {
  it('has each customer begin the next purchase when the one before has ended, and stops in between', async () => {
    const clock = new ManualClock(0);
    const sales = new HeldSales(clock);
    const stopping = new AbortController();
    sales.held = true;
    const common = { clock, concurrency: 3, sell: sales.sell, stopped: stopping.signal };
    const run = runClosedLoop({ ...common, purchasesMax: Infinity });
    expect(sales.underWay).toBe(3);
    await clock.advance(700);
    sales.end(2);
    await settled();
    expect(sales.begunAts).toEqual([0, 0, 0, 700, 700]);
    stopping.abort();
    sales.end();
    await run;
    expect(sales.begunAts).toHaveLength(5);
  });

  it('begins as many as were asked for, by all customers together', async () => {
    const clock = new ManualClock(0);
    const sales = new HeldSales(clock);
    const { signal: stopped } = new AbortController();
    await runClosedLoop({ clock, concurrency: 3, sell: sales.sell, stopped, purchasesMax: 7 });
    expect(sales.begunAts).toHaveLength(7);
  });
});

describe('the end of a run', () => {
  it('comes after its time; those under way have thirty seconds more', async () => {
    const clock = new ManualClock(0);
    const ending = new Ending(clock, new AbortController().signal);
    const both = () => [ending.stopped.aborted, ending.givenUp.aborted];
    ending.after(5_000);
    await clock.advance(4_999);
    expect(both()).toEqual([false, false]);
    await clock.advance(1);
    expect(both()).toEqual([true, false]);
    await clock.advance(29_999);
    expect(both()).toEqual([true, false]);
    await clock.advance(1);
    expect(both()).toEqual([true, true]);
  });

  it('comes with Ctrl-C, with the same thirty seconds, and leaves no timer when all is over', async () => {
    const clock = new ManualClock(0);
    const interrupting = new AbortController();
    const ending = new Ending(clock, interrupting.signal);
    ending.after(undefined);
    await clock.advance(100_000);
    expect(ending.stopped.aborted).toBe(false);
    interrupting.abort();
    expect(ending.stopped.aborted).toBe(true);
    ending.over();
    await clock.advance(60_000);
    expect(ending.givenUp.aborted).toBe(false);
  });

  it('is at once where nothing more may be sold, and tells why', () => {
    const ending = new Ending(new ManualClock(0), new AbortController().signal);
    ending.throwIfFailed();
    ending.fail(new Error('the disk is full'));
    expect(ending.givenUp.aborted).toBe(true);
    expect(() => {
      ending.throwIfFailed();
    }).toThrow('the disk is full');
  });
});
