import { describe, expect, it } from '@jest/globals';

import { NoAnswerError } from '../../shared/shop-client/http-client.js';
import type { ReceiverName } from '../../shared/shop-client/service-names.js';
import type { Shop } from '../../shared/shop-processes/shop.js';
import { RepeatMeter } from './repeat-meter.js';

/** Receivers whose counters and lives the test sets. A counter that is undefined is one that nobody tells. */
function scriptedShop() {
  const receiver = (pid: number) => ({ pid: pid as number | undefined, counter: 0 as number | undefined });
  const state = { warehouse: receiver(1), finance: receiver(2) };
  const shop = {
    ...state,
    received: (name: ReceiverName, result: string) => {
      expect(result).toBe('duplicate');
      const { counter } = state[name];
      return counter === undefined ? Promise.reject(new NoAnswerError('refused')) : Promise.resolve(counter);
    },
  };
  return { state, meter: new RepeatMeter(shop as unknown as Shop) };
}

describe('the meter of repeats', () => {
  it('adds up what receivers have counted over their lives: a kill makes a counter begin anew', async () => {
    const { state, meter } = scriptedShop();
    Object.assign(state.warehouse, { counter: 5 });
    expect(await meter.read()).toEqual({ warehouse: 5, finance: 0 });
    Object.assign(state.warehouse, { pid: 3, counter: 0 });
    expect(await meter.read()).toEqual({ warehouse: 5, finance: 0 });
    Object.assign(state.warehouse, { counter: 2 });
    Object.assign(state.finance, { counter: 1 });
    expect(await meter.read()).toEqual({ warehouse: 7, finance: 1 });
  });

  it('keeps what it knows while a receiver is down', async () => {
    const { state, meter } = scriptedShop();
    Object.assign(state.finance, { counter: 4 });
    await meter.read();
    Object.assign(state.finance, { pid: undefined, counter: undefined });
    expect(await meter.read()).toEqual({ warehouse: 0, finance: 4 });
    Object.assign(state.finance, { pid: 9, counter: 4 });
    expect(await meter.read()).toEqual({ warehouse: 0, finance: 8 });
  });
});
