import { describe, expect, it } from '@jest/globals';

import type { Delivery } from '../../shared/outbox/delivery.js';
import { LaneMemory } from '../../shared/outbox/lane-memory.js';
import type { Sequence } from '../../shared/outbox/types.js';

const at = (sequence: number) => sequence as Sequence;
const delivery = (sequence: number, wasTried = true) => ({ sequence, wasTried }) as unknown as Delivery;

function memoryWith({ windowMax = 8, retryingMax = 12, read = 0, retrying = 0 } = {}) {
  const memory = new LaneMemory({ windowMax, retryingMax });
  for (let sequence = 1; sequence <= retrying; sequence += 1) memory.enterRetrying(delivery(sequence));
  for (let sequence = 1; sequence <= read; sequence += 1)
    memory.enterWindow(at(100 + sequence), delivery(100 + sequence));
  return memory;
}

describe('the memory of a lane', () => {
  it.each([
    ['nothing is read', {}, 8],
    ['some are', { read: 5 }, 3],
    ['single places are free: they are left to grow to a part worth a read', { read: 7 }, 0],
    ['all are', { read: 8 }, 0],
    ['many are to be tried again', { retrying: 7 }, 5],
    ['so many are that nothing fits', { retrying: 12 }, 0],
    ['a restart found more than there may be', { retrying: 15 }, -3],
  ])('has room for so many to be read when %s', (_when, held, room) => {
    expect(memoryWith(held).readingRoom()).toBe(room);
  });

  it('sets no more aside than there is room for, beside what a read under way may bring', () => {
    const memory = memoryWith({ retrying: 6 });
    expect(memory.reserve(10, 4)).toBe(2);
    expect(memory.readingRoom()).toBe(4);
    expect(memory.reserve(10, 4)).toBe(0);
    memory.release(2);
    expect(memory.readingRoom()).toBe(6);
    expect(memoryWith({ retrying: 15 }).reserve(1, 0)).toBe(0);
  });

  it('has an entry once, wherever it is, until it leaves', () => {
    const memory = memoryWith({ read: 2 });
    expect(memory.moveToRetrying(at(101))).toBe(true);
    expect(memory.moveToRetrying(at(101))).toBe(false);
    expect([memory.size, memory.has(at(101)), memory.oldestInWindow]).toEqual([2, true, 102]);
    memory.leave(at(101));
    expect([memory.size, memory.has(at(101)), memory.find(at(101))]).toEqual([1, false, undefined]);
  });

  it('keeps the place of one that is being recorded as held, which has no delivery', () => {
    const memory = memoryWith();
    memory.enterWindow(at(5), undefined);
    expect([memory.size, memory.has(at(5)), [...memory.deliveries()]]).toEqual([1, true, []]);
    expect(memory.moveToRetrying(at(5))).toBe(false);
    memory.leaveWindow(at(5));
    expect(memory.size).toBe(0);
  });

  it('knows whether one waits for its first attempt, other than the newest', () => {
    const memory = memoryWith({ retrying: 3 });
    expect(memory.hasUntriedBut(at(101))).toBe(false);
    memory.enterWindow(at(101), delivery(101));
    expect(memory.hasUntriedBut(at(101))).toBe(false);
    expect(memory.hasUntriedBut(at(102))).toBe(true);
    memory.leave(at(101));
    memory.enterRetrying(delivery(4, false));
    expect(memory.hasUntriedBut(at(102))).toBe(true);
  });
});
