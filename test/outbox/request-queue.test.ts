import { describe, expect, it } from '@jest/globals';

import { StoppedError } from '../../shared/outbox/errors.js';
import { type Asked, RequestQueue } from '../../shared/outbox/request-queue.js';
import type { Entry, Sequence } from '../../shared/outbox/types.js';

const asks = () => true;
const entryOf = (sequence: number, bytes = 2): Entry => ({
  ...{ sequence: sequence as Sequence, id: `id-${sequence}`, key: 'alice' },
  body: Buffer.alloc(bytes),
});

function queueWith(batchBytesMax = 1_000) {
  const queue = new RequestQueue({ batchBytesMax });
  const asked: [number, Asked][] = [];
  const rejected: number[] = [];
  const reject = (sequence: number) => () => rejected.push(sequence);
  const push = (sequence: number, { alone = false, bytes = 2 } = {}) => {
    queue.push({ entry: entryOf(sequence, bytes), alone, resolve: () => undefined, reject: reject(sequence) });
  };
  const ask = (sequence: number) => {
    const resolve = (answer: Asked) => asked.push([sequence, answer]);
    queue.pushQuestion({ entry: entryOf(sequence), resolve, reject: reject(sequence) });
  };
  const group = (groupMax = 10) => queue.takeGroup(groupMax).map(({ entry }) => entry.sequence);
  return { queue, asked, rejected, push, ask, group };
}

describe('what a lane wants of its destination next', () => {
  it('is as many as may share a request, of those that wait, in the order they came', () => {
    const { push, group } = queueWith();
    for (const sequence of [1, 2, 3, 4, 5]) push(sequence);
    expect([group(2), group(), group()]).toEqual([[1, 2], [3, 4, 5], []]);
  });

  it('is never more bytes than a request may have, unless one entry has them: that one goes alone', () => {
    const { push, group } = queueWith(100);
    push(1, { bytes: 40 });
    push(2, { bytes: 40 });
    push(3, { bytes: 40 });
    push(4, { bytes: 500 });
    push(5);
    expect([group(), group(), group(), group()]).toEqual([[1, 2], [3], [4], [5]]);
  });

  it('is one that must not share a request by itself, before and behind others', () => {
    const { push, group } = queueWith();
    push(1);
    push(2, { alone: true });
    push(3);
    expect([group(), group(), group()]).toEqual([[1], [2], [3]]);
  });

  it('is a question and a delivery by turns, so that neither waits for the end of the other', () => {
    const { queue, push, ask, group } = queueWith();
    for (const sequence of [1, 2, 3]) push(sequence);
    for (const sequence of [7, 8, 9]) ask(sequence);
    const turns: (number | undefined)[] = [];
    while (queue.length > 0) turns.push(queue.takeQuestion(asks)?.entry.sequence ?? group(1)[0]);
    expect(turns).toEqual([7, 1, 8, 2, 9, 3]);
  });

  it('is no question while questions are not put: those that wait are told, and sent instead', () => {
    const { queue, ask, asked } = queueWith();
    ask(7);
    ask(8);
    expect(queue.takeQuestion(() => false)).toBeUndefined();
    expect(asked).toEqual([7, 8].map((sequence) => [sequence, { status: 'unasked' }]));
    expect(queue.length).toBe(0);
  });

  it('is nothing that was taken back, wherever it waited', () => {
    const { queue, push, ask, group } = queueWith();
    push(1);
    push(2);
    ask(7);
    expect(queue.remove(1 as Sequence)?.entry.sequence).toBe(1);
    expect(queue.remove(7 as Sequence)?.entry.sequence).toBe(7);
    expect(queue.remove(9 as Sequence)).toBeUndefined();
    expect(group()).toEqual([2]);
  });

  it('is given back to the last one at the end', () => {
    const { queue, push, ask, rejected } = queueWith();
    push(1);
    ask(7);
    for (const { reject } of queue.drain()) reject(new StoppedError());
    expect(rejected).toEqual([1, 7]);
    expect(queue.length).toBe(0);
  });
});
