import { describe, expect, it } from '@jest/globals';

import type { EpochMs } from '../../shared/journal/types.js';
import { readable } from '../support/append-readable.js';
import { keyedPurchase } from '../support/sample-purchase.js';
import { sequence, type EngineUnderTest } from './engine-under-test.js';

const noon = Date.UTC(2030, 0, 1, 12);
const hour = 3_600_000;
const time = (ms: number) => ms as EpochMs;

/** A purchase under the key `click` at a time, which is kept for an hour. */
const click = (number: number, acceptedAt: number, caller?: string) =>
  keyedPurchase(number, { key: 'click', acceptedAt, expiresAt: acceptedAt + hour, ...(caller && { caller }) });

/** How long an idempotency key stands for a purchase, and for whom. */
export function describeKeys(test: EngineUnderTest): void {
  const append = (...args: Parameters<typeof click>) => test.journal.append(click(...args));
  const holder = async (at: number, caller?: string) =>
    (await test.journal.findByKey({ key: 'click', ...(caller && { caller }) }, time(at)))?.sequence;

  /** What must hold the moment an append was answered, once it can be delivered, and after a restart. */
  async function atEachStage(last: number, check: () => Promise<void>): Promise<void> {
    await check();
    await readable(test.delivery, last);
    await check();
    await test.reopen();
    await check();
  }

  describe('a key that expires', () => {
    it('is taken one millisecond before, and free at the time: both are what was published', async () => {
      await append(1, noon);
      await atEachStage(1, async () => {
        expect(await holder(noon + hour - 1)).toBe(1);
        expect(await holder(noon + hour)).toBeUndefined();
        expect(await append(9, noon + hour - 1)).toEqual({
          status: 'duplicate',
          existing: { sequence: 1, record: click(1, noon) },
        });
      });
      expect(await append(2, noon + hour)).toEqual({ status: 'appended', sequence: 2 });
    });

    it('stands for the new purchase once it was used again, and never again for the old one', async () => {
      await append(1, noon);
      await append(2, noon + hour);
      await atEachStage(2, async () => {
        const existing = { sequence: 2, record: click(2, noon + hour) };
        expect(await append(9, noon + hour)).toEqual({ status: 'duplicate', existing });
        // The clock was set back.
        expect(await append(9, noon + 1)).toEqual({ status: 'duplicate', existing });
        expect(await holder(noon + 2 * hour - 1)).toBe(2);
      });
      expect(await append(3, noon + 2 * hour)).toEqual({ status: 'appended', sequence: 3 });
    });

    it('is used again by one of many that come at the same time', async () => {
      await append(1, noon);
      const results = await Promise.all(
        Array.from({ length: 20 }, (_, index) => append(index + 2, noon + hour + index)),
      );
      const taken = results.map((result) => (result.status === 'appended' ? 'new' : result.existing.sequence));
      expect(taken).toEqual(['new', ...Array<number>(19).fill(2)]);
    });

    it('leaves both purchases where they are: each is found by its id, listed, and delivered', async () => {
      await append(1, noon);
      await append(2, noon + hour);
      await atEachStage(2, async () => {
        const listed = await test.journal.purchases(sequence(0), 9);
        expect(listed.map(({ record }) => record)).toEqual([click(1, noon), click(2, noon + hour)]);
      });
      expect((await test.delivery.read(sequence(0), 9)).map((entry) => entry.sequence)).toEqual([1, 2]);
    });

    it('is still taken when the clock was set back by years: the first purchase would be made again', async () => {
      await append(1, noon);
      await atEachStage(1, async () => {
        expect(await append(9, noon - 10_000 * hour)).toMatchObject({ status: 'duplicate', existing: { sequence: 1 } });
      });
    });
  });

  describe('a key of two callers', () => {
    it('is two keys: one would get the purchase of the other, or none of his own', async () => {
      expect(await append(1, noon, 'app')).toEqual({ status: 'appended', sequence: 1 });
      expect(await append(2, noon, 'web')).toEqual({ status: 'appended', sequence: 2 });
      expect(await append(3, noon)).toEqual({ status: 'appended', sequence: 3 });
      await atEachStage(3, async () => {
        expect([await holder(noon, 'app'), await holder(noon, 'web'), await holder(noon)]).toEqual([1, 2, 3]);
        expect(await holder(noon, 'other')).toBeUndefined();
        expect(await append(9, noon, 'web')).toMatchObject({ status: 'duplicate', existing: { sequence: 2 } });
      });
    });
  });

  describe('a key whose index was lost', () => {
    it('stands for the same purchase when that was made anew: else a retry would buy twice', async () => {
      await append(1, noon);
      await append(2, noon + hour);
      await append(3, noon, 'app');
      if (!(await test.loseDerived())) return;
      expect([await holder(noon + hour), await holder(noon, 'app')]).toEqual([2, 3]);
      expect(await append(9, noon)).toMatchObject({ status: 'duplicate', existing: { sequence: 2 } });
      expect(await append(4, noon + 2 * hour)).toEqual({ status: 'appended', sequence: 4 });
    });
  });
}
