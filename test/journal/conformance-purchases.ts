import { describe, expect, it } from '@jest/globals';

import { appendReadable, readable } from '../support/append-readable.js';
import { sampleId, samplePurchase, sampleTime } from '../support/sample-purchase.js';
import { everyDelivery, sequence, type EngineUnderTest } from './engine-under-test.js';

/** Taking purchases, finding them again, and giving them out for delivery. */
export function describePurchases(test: EngineUnderTest): void {
  describe('append', () => {
    it('numbers purchases from 1 without gaps, in the order in which they came', async () => {
      for (const number of [1, 2, 3]) {
        expect(await test.journal.append(samplePurchase(number))).toEqual({ status: 'appended', sequence: number });
      }
    });

    it('numbers purchases that come at the same time without gaps: one left out would hold the mark for ever', async () => {
      const results = await Promise.all(
        Array.from({ length: 100 }, (_, index) => test.journal.append(samplePurchase(index + 1))),
      );
      const sequences = results.map((result) => (result.status === 'appended' ? result.sequence : 0));
      expect(sequences.toSorted((a, b) => a - b)).toEqual(sequences.map((_, index) => index + 1));
    });

    it('keeps every purchase over a restart, and goes on with the next number', async () => {
      await Promise.all([1, 2, 3].map((number) => test.journal.append(samplePurchase(number))));
      await test.reopen();
      const kept = await test.journal.purchases(sequence(0), 10);
      expect(kept.map(({ record }) => record)).toEqual([1, 2, 3].map((number) => samplePurchase(number)));
      expect(await test.journal.append(samplePurchase(4))).toEqual({ status: 'appended', sequence: 4 });
    });

    it('answers a repeated key with the purchase it stands for: the customer would pay twice', async () => {
      await test.journal.append(samplePurchase(1, 'click'));
      const existing = { sequence: 1, record: samplePurchase(1, 'click') };
      expect(await test.journal.append(samplePurchase(2, 'click'))).toEqual({ status: 'duplicate', existing });
      await readable(test.delivery, 1);
      expect(await test.journal.append(samplePurchase(2, 'click'))).toEqual({ status: 'duplicate', existing });
      expect(await test.journal.find(sampleId(2))).toBeUndefined();
    });

    it('takes one of many purchases that come at the same time under one key', async () => {
      const clicks = Array.from({ length: 20 }, (_, index) => samplePurchase(index + 1, 'click'));
      const results = await Promise.all(clicks.map((click) => test.journal.append(click)));
      const appended = results.filter(({ status }) => status === 'appended');
      expect(appended).toHaveLength(1);
      const existing = results.flatMap((result) => (result.status === 'duplicate' ? [result.existing.sequence] : []));
      expect(new Set(existing)).toEqual(new Set([1]));
    });

    it('knows a key after a restart', async () => {
      await test.journal.append(samplePurchase(1, 'click'));
      await test.reopen();
      expect(await test.journal.append(samplePurchase(2, 'click'))).toMatchObject({ status: 'duplicate' });
    });
  });

  describe('looking up', () => {
    it('finds a purchase, by id and by key, the moment its append was answered, and after a restart', async () => {
      await test.journal.append(samplePurchase(1, 'click'));
      const stored = { sequence: 1, record: samplePurchase(1, 'click') };
      expect(await test.journal.find(sampleId(1))).toEqual(stored);
      expect(await test.journal.findByKey({ key: 'click' }, sampleTime)).toEqual(stored);
      await test.reopen();
      expect(await test.journal.find(sampleId(1))).toEqual(stored);
      expect(await test.journal.findByKey({ key: 'click' }, sampleTime)).toEqual(stored);
    });

    it('loses sight of no purchase while it passes from where it was written to where it is kept', async () => {
      let missing = 0;
      for (let number = 1; number <= 30; number += 1) {
        await test.journal.append(samplePurchase(number));
        for (let turns = 0; turns < 3; turns += 1) {
          if (!(await test.journal.find(sampleId(number)))) missing += 1;
          if ((await test.journal.purchases(sequence(0), 100)).length !== number) missing += 1;
          await new Promise(setImmediate);
        }
      }
      expect(missing).toBe(0);
    });

    it('finds nothing where nothing is', async () => {
      expect(await test.journal.find(sampleId(1))).toBeUndefined();
      expect(await test.journal.findByKey({ key: 'click' }, sampleTime)).toBeUndefined();
      expect(await test.journal.purchases(sequence(0), 10)).toEqual([]);
      expect(await test.journal.deliveries(everyDelivery)).toEqual([]);
    });

    it('lists purchases page by page, each once', async () => {
      await appendReadable(test, 1, 7);
      await test.journal.append(samplePurchase(8));
      const pages = [];
      for (let after = 0; after < 8; after += 3) pages.push(await test.journal.purchases(sequence(after), 3));
      expect(pages.map((page) => page.map((purchase) => purchase.sequence))).toEqual([
        [1, 2, 3],
        [4, 5, 6],
        [7, 8],
      ]);
    });
  });

  describe('reading for delivery', () => {
    it('gives entries after a place, in order, as many as asked for, and none at the end', async () => {
      await appendReadable(test, 1, 5);
      const read = async (after: number, limit: number) =>
        (await test.delivery.read(sequence(after), limit)).map((entry) => entry.sequence);
      expect(await read(0, 2)).toEqual([1, 2]);
      expect(await read(2, 2)).toEqual([3, 4]);
      expect(await read(4, 2)).toEqual([5]);
      expect(await read(5, 2)).toEqual([]);
      expect(await read(50, 2)).toEqual([]);
    });

    it('gives the same bytes each time, and after a restart: a receiver tells a repeat from a change by them', async () => {
      await appendReadable(test, 1, 1);
      const [entry] = await test.delivery.read(sequence(0), 1);
      await test.reopen();
      expect(await test.delivery.readEntry(sequence(1))).toEqual(entry);
      const { data } = JSON.parse(String(entry?.body)) as { data: object };
      expect(data).toMatchObject({ id: sampleId(1), sequence: 1 });
      expect(entry?.id).toBe(sampleId(1));
    });

    it('gives an entry with the trace that its purchase came with, however it is read, and after a restart', async () => {
      const trace = { traceparent: `00-${'a1'.repeat(16)}-${'b2'.repeat(8)}-01`, tracestate: 'shop=1' };
      await test.journal.append({ ...samplePurchase(1), trace });
      await test.journal.append(samplePurchase(2));
      await readable(test.delivery, 2);
      for (const restarted of [false, true]) {
        if (restarted) await test.reopen();
        const read = await test.delivery.read(sequence(0), 2);
        expect(read.map((entry) => entry.trace)).toEqual([trace, undefined]);
        const { entries } = await test.delivery.readOrdered('warehouse', sequence(0), 1);
        expect(entries[0]?.trace).toEqual(trace);
        expect((await test.delivery.readEntry(sequence(1))).trace).toEqual(trace);
      }
    });

    it('rejects for an entry that never was', async () => {
      await expect(test.delivery.readEntry(sequence(1))).rejects.toThrow('1');
    });

    it('calls a listener when there is something to read, until it unsubscribes', async () => {
      let calls = 0;
      const stop = test.delivery.onReadable(() => {
        calls += 1;
      });
      await appendReadable(test, 1, 1);
      expect(calls).toBeGreaterThan(0);
      stop();
      const before = calls;
      await appendReadable(test, 2, 2);
      expect(calls).toBe(before);
    });
  });
}
