import { describe, expect, it } from '@jest/globals';

import { destinationMark, lowWaterMark } from '../../shared/outbox/low-water-mark.js';
import type { DestinationProgress, Sequence } from '../../shared/outbox/types.js';
import { seededRandom } from '../../shared/customers/seeded-random.js';

function progress(cursor: number, firstOpen?: number): DestinationProgress {
  return {
    name: 'x',
    startAfter: 0 as Sequence,
    cursor: cursor as Sequence,
    firstOpen: firstOpen as Sequence | undefined,
  };
}

describe('destinationMark', () => {
  it.each([
    [0, undefined, 0],
    [10, undefined, 10],
    [10, 1, 0],
    [10, 7, 6],
    [10, 10, 9],
    // Above the cursor there is no saying anyway.
    [10, 11, 10],
  ])('is for a cursor of %p with the first open entry at %p: %p', (cursor, firstOpen, mark) => {
    expect(destinationMark(progress(cursor, firstOpen))).toBe(mark);
  });

  it('is what counting entry by entry gives, for any pattern', () => {
    const random = seededRandom(7);
    for (let round = 0; round < 500; round += 1) {
      const states: string[] = Array.from({ length: 20 }, () =>
        random() < 0.8 ? 'done' : random() < 0.5 ? 'open' : 'none',
      );
      const index = (state: string) => (states.includes(state) ? states.indexOf(state) : states.length);
      const cursor = index('none');
      const firstOpen = index('open') + 1;
      const counted = states.findIndex((state) => state !== 'done');
      const mark = destinationMark(progress(cursor, firstOpen <= cursor ? firstOpen : undefined));
      expect(mark).toBe(counted === -1 ? 20 : counted);
    }
  });
});

describe('lowWaterMark', () => {
  it('is what every destination and the projection have behind them', () => {
    expect(lowWaterMark(100 as Sequence, [progress(90), progress(95, 20)])).toBe(19);
    expect(lowWaterMark(15 as Sequence, [progress(90), progress(95, 20)])).toBe(15);
  });

  it('is what has been projected when there is no destination', () => {
    expect(lowWaterMark(15 as Sequence, [])).toBe(15);
  });
});
