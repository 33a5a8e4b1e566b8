import { beforeEach, describe, expect, it } from '@jest/globals';

import type { DeliveryQuery } from '../../shared/journal/types.js';
import { appendReadable } from '../support/append-readable.js';
import { confirmed, discarded, parked, retrying } from '../support/sample-outcome.js';
import { sampleAcceptedAt, samplePurchase } from '../support/sample-purchase.js';
import { bothDestinations, everyDelivery, sequence, type EngineUnderTest } from './engine-under-test.js';

/** What a person is told, and how an engine lives and ends. */
export function describeStatus(test: EngineUnderTest): void {
  describe('telling a person', () => {
    beforeEach(async () => {
      await appendReadable(test, 1, 5);
      await test.delivery.settle('warehouse', [confirmed(1), retrying(2), parked(3), discarded(4)]);
    });

    it('shows each destination of a purchase, with all that is on record', async () => {
      const blank = { attempts: 0, at: undefined, nextAttemptAt: undefined, lastError: undefined, reason: undefined };
      const at = (number: number, state: string, more = {}) => [
        { ...blank, sequence: number, destination: 'warehouse', state, attempts: 1, at: 1000 + number, ...more },
        { ...blank, sequence: number, destination: 'finance', state: 'pending' },
      ];
      const deliveriesOf = (number: number) => test.journal.deliveriesOf(sequence(number));
      expect(await deliveriesOf(1)).toEqual(at(1, 'confirmed'));
      expect(await deliveriesOf(2)).toEqual(at(2, 'retrying', { nextAttemptAt: 9002, lastError: 'HTTP 503' }));
      expect(await deliveriesOf(3)).toEqual(at(3, 'parked', { lastError: 'HTTP 422' }));
      expect(await deliveriesOf(4)).toEqual(at(4, 'discarded', { reason: 'returned' }));
      expect(await deliveriesOf(5)).toEqual(at(5, 'pending', { attempts: 0, at: undefined }));
    });

    it('tells one that was only asked about, in vain, from one that is on its way: it stands still, and says why', async () => {
      const error = 'it did not say whether it has it: 503';
      await test.delivery.settle('warehouse', [retrying(5, error, 0)]);
      const told = { sequence: 5, state: 'retrying', attempts: 0, nextAttemptAt: 9005, lastError: error };
      expect((await test.journal.deliveriesOf(sequence(5)))[0]).toMatchObject(told);
      const listed = (state: DeliveryQuery['state']) =>
        test.journal.deliveries({ ...everyDelivery, destination: 'warehouse', state, after: sequence(4) });
      expect(await listed('retrying')).toMatchObject([told]);
      expect(await listed('pending')).toEqual([]);
      expect(await test.statusOf('warehouse')).toMatchObject({ retrying: 2, pending: 3 });
    });

    it.each<[DeliveryQuery['state'], number[]]>([
      ['confirmed', [1]],
      ['retrying', [2]],
      ['parked', [3]],
      ['discarded', [4]],
      ['pending', [5]],
      [undefined, [1, 2, 3, 4, 5]],
    ])('lists the deliveries of one destination that are %s', async (state, sequences) => {
      const listed = await test.journal.deliveries({ ...everyDelivery, destination: 'warehouse', state });
      expect(listed.map((delivery) => delivery.sequence)).toEqual(sequences);
      expect(listed.every((delivery) => state === undefined || delivery.state === state)).toBe(true);
    });

    it('lists deliveries page by page, and tears no purchase apart: a delivery would be on no page', async () => {
      const seen: string[] = [];
      for (let after = sequence(0), pages = 0; pages < 10; pages += 1) {
        const page = await test.journal.deliveries({ ...everyDelivery, after, limit: 3 });
        if (page.length === 0) break;
        seen.push(...page.map((delivery) => `${delivery.sequence} ${delivery.destination}`));
        after = page.at(-1)!.sequence;
      }
      expect(seen).toEqual([1, 2, 3, 4, 5].flatMap((number) => bothDestinations.map((name) => `${number} ${name}`)));
    });

    it('lists parked entries after a place, as many as asked for', async () => {
      await test.delivery.settle('warehouse', [parked(5, 'HTTP 413')]);
      expect(await test.delivery.parked('warehouse', sequence(0), 10)).toEqual([parked(3), parked(5, 'HTTP 413')]);
      expect(await test.delivery.parked('warehouse', sequence(0), 1)).toEqual([parked(3)]);
      expect(await test.delivery.parked('warehouse', sequence(3), 10)).toEqual([parked(5, 'HTTP 413')]);
      expect(await test.delivery.parked('finance', sequence(0), 10)).toEqual([]);
    });

    it('counts what is pending, retrying and parked, and says how long the oldest has waited', async () => {
      const { log, destinations } = await test.journal.progress();
      expect(log).toMatchObject({ durableSequence: 5, lowWaterMark: 0 });
      expect(destinations).toEqual({
        warehouse: {
          owed: true,
          cursor: 4,
          pending: 3,
          retrying: 1,
          parked: 1,
          paused: false,
          oldestPendingAt: sampleAcceptedAt(2),
        },
        finance: {
          owed: true,
          cursor: 0,
          pending: 5,
          retrying: 0,
          parked: 0,
          paused: false,
          oldestPendingAt: sampleAcceptedAt(1),
        },
      });
      await test.delivery.settle('warehouse', [confirmed(2), confirmed(3), confirmed(5)]);
      expect(await test.statusOf('warehouse')).toMatchObject({ pending: 0, oldestPendingAt: undefined });
    });
  });

  describe('telling why the mark stands where it stands', () => {
    const mark = async () => {
      const { log, mark } = await test.journal.progress();
      const next = mark.next.map(({ sequence, destination, state }) => `${sequence} ${destination} ${state}`);
      return { at: log.lowWaterMark, next, readable: mark.nextReadable, discarded: mark.passedDiscarded };
    };

    it('shows the one entry right above it, at each destination, and no other', async () => {
      await appendReadable(test, 1, 4);
      const next = ['1 warehouse pending', '1 finance pending'];
      expect(await mark()).toEqual({ at: 0, next, readable: true, discarded: false });
      await test.delivery.settle('warehouse', [confirmed(1), parked(2), confirmed(3)]);
      await test.delivery.settle('finance', [confirmed(1), confirmed(2), parked(3)]);
      expect((await mark()).next).toEqual(['2 warehouse parked', '2 finance confirmed']);
      expect((await test.journal.progress()).mark.next).toEqual(await test.journal.deliveriesOf(sequence(2)));
    });

    it('shows nothing where nothing is above it', async () => {
      await appendReadable(test, 1, 2);
      await test.settleEverywhere(confirmed(1), confirmed(2));
      expect(await mark()).toMatchObject({ at: 2, readable: false });
    });

    it('says whether an entry below was given up: it must not be called confirmed', async () => {
      await appendReadable(test, 1, 3);
      await test.settleEverywhere(confirmed(1), parked(2));
      await test.delivery.settle('finance', [discarded(3)]);
      expect(await mark()).toMatchObject({ at: 1, discarded: false });
      await test.settleEverywhere(confirmed(2), confirmed(3));
      expect(await mark()).toMatchObject({ at: 3, discarded: true });
    });

    it('names no destination that does not owe the entry, nor one that was removed', async () => {
      await appendReadable(test, 1, 2);
      await test.reopen(['warehouse', 'loyalty'], ['finance']);
      expect(await mark()).toMatchObject({ at: 0, next: ['1 warehouse pending'] });
      await test.delivery.settle('warehouse', [confirmed(1), confirmed(2)]);
      await appendReadable(test, 3, 3);
      expect(await mark()).toMatchObject({ at: 2, next: ['3 warehouse pending', '3 loyalty pending'] });
    });
  });

  describe('its life', () => {
    it('is healthy when it is open', () => {
      expect(test.journal.health()).toEqual({ ok: true });
    });

    it('says what it found when it was opened', async () => {
      expect(test.journal.recovery).toMatchObject({
        durableSequence: 0,
        lowWaterMark: 0,
        replayed: 0,
        tornBytes: 0,
      });
      await appendReadable(test, 1, 3);
      await test.settleEverywhere(confirmed(1));
      await test.reopen();
      const found = { durableSequence: 3, lowWaterMark: 1, replayed: 2, tornBytes: 0, unknownBefore: 0 };
      expect(test.journal.recovery).toMatchObject(found);
    });

    it('answers appends that were under way when it is closed', async () => {
      const appended = test.journal.append(samplePurchase(1));
      await test.close();
      expect(await appended).toEqual({ status: 'appended', sequence: 1 });
    });

    it('refuses appends after it was closed, and may be closed twice', async () => {
      await test.close();
      await test.journal.close();
      await test.close();
      await expect(test.journal.append(samplePurchase(1))).rejects.toMatchObject({ name: 'PurchaseRefusedError' });
    });
  });
}
