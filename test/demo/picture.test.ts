import { describe, expect, it } from '@jest/globals';

import { picture } from '../../services/demo/picture.js';
import type { CheckoutStatus } from '../../shared/shop-client/index.js';

interface Shown {
  readonly log: readonly [first: number, mark: number, durable: number];
  readonly finance?: { readonly pending?: number; readonly parked?: number; readonly circuit?: string };
}

function statusOf({ log: [firstSequence, lowWaterMark, durableSequence], finance }: Shown): CheckoutStatus {
  const idle = { pending: 0, parked: 0, circuit: 'closed' };
  const status = {
    log: { firstSequence, lowWaterMark, durableSequence },
    destinations: { warehouse: idle, finance: { ...idle, ...finance } },
  };
  // What the picture does not show is left out.
  return status as unknown as CheckoutStatus;
}

const books = { elapsedMs: 12_345, warehouse: 12_000, finance: 11_999 };

describe('the picture of a shop in one line', () => {
  it.each<[string, Shown, string]>([
    ['an idle log', { log: [1, 0, 0] }, 'log 0 ░░░░░░░░ mark 0 │ warehouse 0 │ finance 0'],
    ['all finished', { log: [1, 60, 60] }, 'log 60 ░░░░░░░░ mark 60 │ warehouse 0 │ finance 0'],
    [
      'one of many owed',
      { log: [1, 9_999, 10_000], finance: { pending: 1 } },
      'log 10,000 ░░░░░░░█ mark 9,999 │ warehouse 0 │ finance 1',
    ],
    [
      'half of it owed, and the circuit open',
      { log: [101, 150, 200], finance: { pending: 50, circuit: 'open' } },
      'log 200 ░░░░████ mark 150 │ warehouse 0 │ finance 50 open',
    ],
    [
      'all of it owed, since the rest is pruned',
      { log: [101, 100, 200], finance: { pending: 100, parked: 1 } },
      'log 200 ████████ mark 100 │ warehouse 0 │ finance 100 parked',
    ],
  ])('shows %s', (_what, shown, line) => {
    expect(picture({ ...books, status: statusOf(shown) })).toBe(` 12 s  ${line}`);
  });

  it('says who is down', () => {
    const status = statusOf({ log: [1, 5, 9], finance: { pending: 4 } });
    expect(picture({ ...books, finance: undefined, status })).toContain('finance 4 down');
    expect(picture({ ...books, status: undefined })).toBe(
      ' 12 s  the checkout is down · in the books: warehouse 12,000, finance 11,999',
    );
  });
});
