import { describe, expect, it } from '@jest/globals';

import { Fifo } from '../../shared/outbox/fifo.js';
import { seededRandom } from '../../shared/customers/seeded-random.js';

describe('Fifo', () => {
  it('behaves like an array in every order of calls', () => {
    const random = seededRandom(42);
    const fifo = new Fifo<number>();
    const model: number[] = [];
    for (let step = 0; step < 20_000; step += 1) {
      const choice = random();
      if (choice < 0.5) {
        fifo.push(step);
        model.push(step);
      } else if (choice < 0.95) {
        expect(fifo.peek()).toBe(model[0]);
        expect(fifo.shift()).toBe(model.shift());
      } else if (choice < 0.999) {
        const wanted = model[Math.floor(random() * model.length)];
        expect(fifo.remove((item) => item === wanted)).toBe(wanted);
        if (wanted !== undefined) model.splice(model.indexOf(wanted), 1);
      } else {
        expect(fifo.drain()).toEqual(model.splice(0));
      }
      expect(fifo.length).toBe(model.length);
    }
  });

  it('has nothing to give when it is empty, also after it was not', () => {
    const fifo = new Fifo<string>();
    expect([fifo.shift(), fifo.peek(), fifo.remove(() => true), fifo.length]).toEqual([
      undefined,
      undefined,
      undefined,
      0,
    ]);
    fifo.push('a');
    fifo.shift();
    expect([fifo.shift(), fifo.peek(), fifo.remove(() => true), fifo.length]).toEqual([
      undefined,
      undefined,
      undefined,
      0,
    ]);
  });

  it('takes no longer for a long queue: a backlog must not slow itself down', () => {
    const fifo = new Fifo<number>();
    for (let item = 0; item < 300_000; item += 1) fifo.push(item);
    let sum = 0;
    for (let item = fifo.shift(); item !== undefined; item = fifo.shift()) sum += item;
    expect(sum).toBe((300_000 * 299_999) / 2);
  });
});
