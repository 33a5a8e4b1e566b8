import { describe, expect, it } from '@jest/globals';

import { LastLife } from '../../shared/outbox/last-life.js';
import type { Sequence } from '../../shared/outbox/types.js';

function suspected(windowMax: number, endAtStart: number, read: readonly number[]): number[] {
  const lastLife = new LastLife({ windowMax }, { endAtStart: endAtStart as Sequence });
  return read.filter((sequence) => lastLife.mayHaveSent(sequence as Sequence));
}

describe('what may have been in flight when the last life ended', () => {
  it('is the first window of entries without an outcome, wherever they stand', () => {
    expect(suspected(3, 1_000, [4, 9, 12, 13, 14, 500])).toEqual([4, 9, 12]);
  });

  it('is nothing that was accepted since, or a fresh purchase would wait for a question', () => {
    expect(suspected(10, 5, [4, 5, 6, 7])).toEqual([4, 5]);
    expect(suspected(10, 0, [1, 2, 3])).toEqual([]);
  });
});
