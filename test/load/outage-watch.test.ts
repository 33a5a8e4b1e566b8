import { describe, expect, it } from '@jest/globals';

import { OutageWatch } from '../../services/load/outage-watch.js';
import type { Answer, Purchase } from '../../services/load/types.js';
import { ManualClock } from '../support/manual-clock.js';
import { noAnswer, refused } from '../support/scripted-checkout.js';

const purchase = (key: string): Purchase => ({ key, order: { customerId: 'alice', currency: 'GBP', items: [] } });
const [one, two] = [purchase('one'), purchase('two')];
const sold: Answer = {
  ...{ kind: 'accepted', told: { sequence: 1, id: 'an-id', total: 1, currency: 'GBP' }, replayed: true },
};
const recovering: Answer = { ...refused, down: true } as Answer;

function open() {
  const clock = new ManualClock(0);
  const said: string[] = [];
  const watch = new OutageWatch(clock, (line) => said.push(line));
  const fail = (which: Purchase, begunAt: number, answer = noAnswer) => {
    watch.tried(which, answer, begunAt);
  };
  const settle = (which: Purchase, writtenBefore: boolean, answered = true) => {
    if (answered) watch.tried(which, sold, clock.now());
    watch.settled(which, { answered, writtenBefore });
  };
  return { clock, said, watch, fail, settle };
}

describe('what is said of an outage', () => {
  it('is how long it took, how many waited, and how many of them had been written', async () => {
    const { clock, said, watch, fail, settle } = open();
    await clock.advance(10);
    fail(one, 0);
    fail(two, 5);
    expect(watch.isDown).toBe(false);
    await clock.advance(40);
    fail(one, 20);
    expect(watch.isDown).toBe(true);
    watch.look();
    expect(said).toEqual([]);
    await clock.advance(2_950);
    watch.look();
    watch.look();
    fail(two, 2_990, recovering);
    await clock.advance(1_000);
    settle(one, true);
    expect(watch.isDown).toBe(false);
    expect(said).toHaveLength(1);
    settle(two, false);
    expect(said).toEqual([
      'the checkout has been down for 3.0 s; 2 purchases wait with their keys',
      'back after 4.0 s: all 2 that waited got an answer, 1 was written before',
    ]);
  });

  it('is said again every ten seconds', async () => {
    const { clock, said, watch, fail } = open();
    fail(one, 0);
    await clock.advance(600);
    fail(one, 1);
    for (let second = 0; second < 25; second += 1) {
      await clock.advance(1_000);
      watch.look();
    }
    expect(said).toEqual(
      ['1.6 s', '12 s', '22 s'].map((time) => `the checkout has been down for ${time}; 1 purchase waits with its key`),
    );
  });

  it('is nothing where one connection was cut and others are answered', async () => {
    const { clock, said, watch, fail, settle } = open();
    fail(one, 0);
    await clock.advance(5);
    settle(two, false);
    await clock.advance(20);
    fail(one, 10);
    settle(one, true);
    await clock.advance(5_000);
    watch.look();
    expect(said).toEqual([]);
  });

  it('is nothing where purchases are refused: that is an answer', async () => {
    const { clock, said, watch, fail, settle } = open();
    fail(one, 0, refused);
    await clock.advance(2_000);
    fail(one, 1_000, refused);
    watch.look();
    settle(one, false);
    expect(said).toEqual([]);
  });

  it('is soon certain where a process hangs: all tries fail that were begun before the first did', async () => {
    const { clock, watch, fail } = open();
    await clock.advance(5_000);
    fail(one, 0);
    await clock.advance(499);
    fail(two, 499);
    expect(watch.isDown).toBe(false);
    await clock.advance(1);
    fail(purchase('three'), 500);
    expect(watch.isDown).toBe(true);
  });

  it('goes on where it dies again before all have their answer, and tells who got none', async () => {
    const { clock, said, watch, fail, settle } = open();
    for (const each of [one, two]) fail(each, 0);
    await clock.advance(100);
    for (const each of [one, two]) fail(each, 50);
    settle(one, true);
    expect(watch.isDown).toBe(false);
    fail(two, 100);
    expect(watch.isDown).toBe(true);
    await clock.advance(100);
    watch.tried(purchase('another'), sold, 150);
    settle(two, false, false);
    expect(said).toEqual(['back after 200 ms: 1 of 2 that waited got an answer, 1 was written before']);
  });
});
