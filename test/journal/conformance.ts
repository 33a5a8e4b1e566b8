/*
 * What every journal engine must do, whatever it stores purchases in. Written against the two ports alone: `Journal`, what the
 * checkout writes to and asks, and `DeliveryJournal`, what the dispatcher works against.
 */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import type { DeliveryJournal, DeliveryQuery, Journal, Outcome, Sequence } from '../../shared/journal/types.js';
import { appendReadable, readable } from '../support/append-readable.js';
import { confirmed, discarded, parked, retrying } from '../support/sample-outcome.js';
import { sampleAcceptedAt, sampleId, samplePurchase } from '../support/sample-purchase.js';
import { runJournalModel } from './model.js';

export interface OpenEngine {
  readonly journal: Journal;
  readonly delivery: DeliveryJournal;
  /** Stops both halves in order; afterwards the same place can be opened again. May be called twice. */
  readonly close: () => Promise<void>;
}

/** A place where purchases are kept. */
export interface EnginePlace {
  open(destinations: readonly string[]): Promise<OpenEngine>;
  remove(): Promise<void>;
}

const both = ['warehouse', 'finance'];
const sequence = (number: number) => number as Sequence;
const everything: DeliveryQuery = { state: undefined, destination: undefined, after: sequence(0), limit: 1000 };
const modelSeeds = [1, 2, 3, 4, 5, 6];

export function describeJournalConformance(name: string, newPlace: () => EnginePlace): void {
  describe(name, () => {
    let place: EnginePlace;
    let engine: OpenEngine;

    beforeEach(async () => {
      place = newPlace();
      engine = await place.open(both);
    });

    afterEach(async () => {
      await engine.close();
      await place.remove();
    });

    async function reopen(destinations: readonly string[] = both): Promise<void> {
      await engine.close();
      engine = await place.open(destinations);
    }

    async function statusOf(destination: string) {
      return (await engine.journal.progress()).destinations[destination];
    }

    async function mark(): Promise<number> {
      return (await engine.journal.progress()).log.lowWaterMark;
    }

    async function settleEverywhere(...outcomes: Outcome[]): Promise<void> {
      for (const destination of both) await engine.delivery.settle(destination, outcomes);
    }

    describe('append', () => {
      it('numbers purchases from 1 without gaps, in the order in which they came', async () => {
        for (const number of [1, 2, 3]) {
          expect(await engine.journal.append(samplePurchase(number))).toEqual({ status: 'appended', sequence: number });
        }
      });

      it('numbers purchases that come at the same time without gaps: one left out would hold the mark for ever', async () => {
        const results = await Promise.all(
          Array.from({ length: 100 }, (_, index) => engine.journal.append(samplePurchase(index + 1))),
        );
        const sequences = results.map((result) => (result.status === 'appended' ? result.sequence : 0));
        expect(sequences.toSorted((a, b) => a - b)).toEqual(sequences.map((_, index) => index + 1));
      });

      it('keeps every purchase over a restart, and goes on with the next number', async () => {
        await Promise.all([1, 2, 3].map((number) => engine.journal.append(samplePurchase(number))));
        await reopen();
        const kept = await engine.journal.purchases(sequence(0), 10);
        expect(kept.map(({ record }) => record)).toEqual([1, 2, 3].map((number) => samplePurchase(number)));
        expect(await engine.journal.append(samplePurchase(4))).toEqual({ status: 'appended', sequence: 4 });
      });

      it('answers a repeated key with the purchase it stands for: the customer would pay twice', async () => {
        await engine.journal.append(samplePurchase(1, 'click'));
        const existing = { sequence: 1, record: samplePurchase(1, 'click') };
        expect(await engine.journal.append(samplePurchase(2, 'click'))).toEqual({ status: 'duplicate', existing });
        await readable(engine.delivery, 1);
        expect(await engine.journal.append(samplePurchase(2, 'click'))).toEqual({ status: 'duplicate', existing });
        expect(await engine.journal.find(sampleId(2))).toBeUndefined();
      });

      it('takes one of many purchases that come at the same time under one key', async () => {
        const clicks = Array.from({ length: 20 }, (_, index) => samplePurchase(index + 1, 'click'));
        const results = await Promise.all(clicks.map((click) => engine.journal.append(click)));
        const appended = results.filter(({ status }) => status === 'appended');
        expect(appended).toHaveLength(1);
        const existing = results.flatMap((result) => (result.status === 'duplicate' ? [result.existing.sequence] : []));
        expect(new Set(existing)).toEqual(new Set([1]));
      });

      it('knows a key after a restart', async () => {
        await engine.journal.append(samplePurchase(1, 'click'));
        await reopen();
        expect(await engine.journal.append(samplePurchase(2, 'click'))).toMatchObject({ status: 'duplicate' });
      });
    });

    describe('looking up', () => {
      it('finds a purchase, by id and by key, the moment its append was answered, and after a restart', async () => {
        await engine.journal.append(samplePurchase(1, 'click'));
        const stored = { sequence: 1, record: samplePurchase(1, 'click') };
        expect(await engine.journal.find(sampleId(1))).toEqual(stored);
        expect(await engine.journal.findByKey('click')).toEqual(stored);
        await reopen();
        expect(await engine.journal.find(sampleId(1))).toEqual(stored);
        expect(await engine.journal.findByKey('click')).toEqual(stored);
      });

      it('loses sight of no purchase while it passes from where it was written to where it is kept', async () => {
        let missing = 0;
        for (let number = 1; number <= 30; number += 1) {
          await engine.journal.append(samplePurchase(number));
          for (let turns = 0; turns < 3; turns += 1) {
            if (!(await engine.journal.find(sampleId(number)))) missing += 1;
            if ((await engine.journal.purchases(sequence(0), 100)).length !== number) missing += 1;
            await new Promise(setImmediate);
          }
        }
        expect(missing).toBe(0);
      });

      it('finds nothing where nothing is', async () => {
        expect(await engine.journal.find(sampleId(1))).toBeUndefined();
        expect(await engine.journal.findByKey('click')).toBeUndefined();
        expect(await engine.journal.purchases(sequence(0), 10)).toEqual([]);
        expect(await engine.journal.deliveries(everything)).toEqual([]);
      });

      it('lists purchases page by page, each once', async () => {
        await appendReadable(engine, 1, 7);
        await engine.journal.append(samplePurchase(8));
        const pages = [];
        for (let after = 0; after < 8; after += 3) pages.push(await engine.journal.purchases(sequence(after), 3));
        expect(pages.map((page) => page.map((purchase) => purchase.sequence))).toEqual([
          [1, 2, 3],
          [4, 5, 6],
          [7, 8],
        ]);
      });
    });

    describe('reading for delivery', () => {
      it('gives entries after a place, in order, as many as asked for, and none at the end', async () => {
        await appendReadable(engine, 1, 5);
        const read = async (after: number, limit: number) =>
          (await engine.delivery.read(sequence(after), limit)).map((entry) => entry.sequence);
        expect(await read(0, 2)).toEqual([1, 2]);
        expect(await read(2, 2)).toEqual([3, 4]);
        expect(await read(4, 2)).toEqual([5]);
        expect(await read(5, 2)).toEqual([]);
        expect(await read(50, 2)).toEqual([]);
      });

      it('gives the same bytes each time, and after a restart: a receiver tells a repeat from a change by them', async () => {
        await appendReadable(engine, 1, 1);
        const [entry] = await engine.delivery.read(sequence(0), 1);
        await reopen();
        expect(await engine.delivery.readEntry(sequence(1))).toEqual(entry);
        const { data } = JSON.parse(String(entry?.body)) as { data: object };
        expect(data).toMatchObject({ id: sampleId(1), sequence: 1 });
        expect(entry?.id).toBe(sampleId(1));
      });

      it('rejects for an entry that never was', async () => {
        await expect(engine.delivery.readEntry(sequence(1))).rejects.toThrow('1');
      });

      it('calls a listener when there is something to read, until it unsubscribes', async () => {
        let calls = 0;
        const stop = engine.delivery.onReadable(() => {
          calls += 1;
        });
        await appendReadable(engine, 1, 1);
        expect(calls).toBeGreaterThan(0);
        stop();
        const before = calls;
        await appendReadable(engine, 2, 2);
        expect(calls).toBe(before);
      });
    });

    describe('lanes', () => {
      it('begin before the first entry', async () => {
        const lane = { cursor: 0, recordedAbove: [], retrying: [], paused: false };
        expect(await engine.delivery.openLane('warehouse')).toEqual(lane);
      });

      it('go on, after a restart, where they stopped: what is on record is not sent again', async () => {
        await appendReadable(engine, 1, 6);
        await engine.delivery.settle('warehouse', [confirmed(1), retrying(2), confirmed(4), retrying(5)]);
        await reopen();
        expect(await engine.delivery.openLane('warehouse')).toEqual({
          cursor: 2,
          recordedAbove: [4, 5],
          retrying: [retrying(2), retrying(5)],
          paused: false,
        });
        expect(await engine.delivery.openLane('finance')).toMatchObject({ cursor: 0, recordedAbove: [] });
      });

      it('stay paused over a restart, and are released', async () => {
        await engine.delivery.setPaused('warehouse', true);
        await reopen();
        expect(await engine.delivery.openLane('warehouse')).toMatchObject({ paused: true });
        expect(await engine.delivery.openLane('finance')).toMatchObject({ paused: false });
        expect(await statusOf('warehouse')).toMatchObject({ paused: true });
        await engine.delivery.setPaused('warehouse', false);
        await reopen();
        expect(await engine.delivery.openLane('warehouse')).toMatchObject({ paused: false });
      });

      it('of a destination that is added later owe from there on', async () => {
        await appendReadable(engine, 1, 3);
        await reopen([...both, 'loyalty']);
        expect(await engine.delivery.openLane('loyalty')).toMatchObject({ cursor: 3, recordedAbove: [] });
        expect(await statusOf('loyalty')).toMatchObject({ pending: 0 });
        await appendReadable(engine, 4, 4);
        expect(await statusOf('loyalty')).toMatchObject({ pending: 1 });
        const owed = async (number: number) =>
          (await engine.journal.deliveriesOf(sequence(number))).map(({ destination }) => destination);
        expect(await owed(3)).toEqual(both);
        expect(await owed(4)).toEqual([...both, 'loyalty']);
      });

      it('of a destination that is not configured any more hold nothing up, and are not shown', async () => {
        await appendReadable(engine, 1, 2);
        await engine.delivery.settle('warehouse', [confirmed(1), confirmed(2)]);
        await reopen(['warehouse']);
        expect(await mark()).toBe(2);
        expect(Object.keys((await engine.journal.progress()).destinations)).toEqual(['warehouse']);
        const shown = await engine.journal.deliveries({ ...everything, destination: undefined });
        expect(new Set(shown.map(({ destination }) => destination))).toEqual(new Set(['warehouse']));
        expect(await engine.journal.deliveries({ ...everything, destination: 'finance' })).toEqual([]);
      });
    });

    describe('settling', () => {
      beforeEach(() => appendReadable(engine, 1, 5));

      it('moves the cursor over what has an outcome, and never over a gap: the gap would never be sent', async () => {
        await engine.delivery.settle('warehouse', [confirmed(3), confirmed(2)]);
        expect(await statusOf('warehouse')).toMatchObject({ cursor: 0, pending: 3 });
        await engine.delivery.settle('warehouse', [confirmed(1)]);
        expect(await statusOf('warehouse')).toMatchObject({ cursor: 3, pending: 2 });
      });

      it('moves the mark only with the slowest destination, and not past an entry that is open', async () => {
        await engine.delivery.settle(
          'warehouse',
          [1, 2, 3, 4, 5].map((number) => confirmed(number)),
        );
        expect(await mark()).toBe(0);
        await engine.delivery.settle('finance', [confirmed(1), parked(2), confirmed(3), retrying(4), confirmed(5)]);
        expect(await statusOf('finance')).toMatchObject({ cursor: 5, pending: 2, retrying: 1, parked: 1 });
        expect(await mark()).toBe(1);
        await engine.delivery.settle('finance', [discarded(2)]);
        expect(await mark()).toBe(3);
        await engine.delivery.settle('finance', [confirmed(4, 2)]);
        expect(await mark()).toBe(5);
        expect(await statusOf('finance')).toMatchObject({ pending: 0, retrying: 0, parked: 0 });
      });

      it('counts a repeat once, and lets nothing undo what is final', async () => {
        await engine.delivery.settle('warehouse', [confirmed(1), discarded(2)]);
        await engine.delivery.settle('warehouse', [
          confirmed(1, 9),
          retrying(1),
          parked(2),
          confirmed(2),
          confirmed(2),
        ]);
        expect(await statusOf('warehouse')).toMatchObject({ cursor: 2, pending: 3, retrying: 0, parked: 0 });
        expect(await engine.delivery.outcome('warehouse', sequence(1))).toEqual(confirmed(1));
        expect(await engine.delivery.outcome('warehouse', sequence(2))).toEqual(discarded(2));
      });

      it.each<[string, Outcome[]]>([
        ['retrying, then confirmed', [retrying(1), confirmed(1, 2)]],
        [
          'retrying again, then parked, then discarded',
          [retrying(1), retrying(1, 'HTTP 500', 2), parked(1), discarded(1)],
        ],
        ['parked, then retried by a person, then confirmed', [parked(1), retrying(1), confirmed(1, 2)]],
        ['confirmed at once', [confirmed(1)]],
        ['discarded at once', [discarded(1)]],
      ])('takes an entry that is %s as far as its last outcome, in steps or in one go', async (_way, outcomes) => {
        for (const outcome of outcomes) {
          await engine.delivery.settle('warehouse', [outcome]);
          expect(await engine.delivery.outcome('warehouse', sequence(1))).toEqual(outcome);
        }
        await engine.delivery.settle('finance', outcomes);
        expect(await engine.delivery.outcome('finance', sequence(1))).toEqual(outcomes.at(-1));
        for (const destination of both) {
          const status = { cursor: 1, pending: 4, retrying: 0, parked: 0 };
          expect(await statusOf(destination)).toMatchObject(status);
        }
        expect(await mark()).toBe(1);
      });

      it('holds the mark where it is when a settled entry is joined by one that is not', async () => {
        await settleEverywhere(...[1, 2, 3, 4, 5].map((number) => confirmed(number)));
        await appendReadable(engine, 6, 6);
        await engine.delivery.settle('warehouse', [parked(6)]);
        expect(await mark()).toBe(5);
        await reopen();
        expect(await mark()).toBe(5);
        expect(engine.journal.recovery).toMatchObject({ lowWaterMark: 5, durableSequence: 6, replayed: 1 });
      });

      it('takes settlements of both destinations at the same time', async () => {
        const settlements = [1, 2, 3, 4, 5].flatMap((number) =>
          both.map((destination) => engine.delivery.settle(destination, [confirmed(number)])),
        );
        await Promise.all(settlements);
        expect(await mark()).toBe(5);
      });

      it('rejects for a destination that nobody knows, and harms no neighbour', async () => {
        const [bad, good] = [
          engine.delivery.settle('nowhere', [confirmed(1)]),
          engine.delivery.settle('warehouse', [confirmed(1)]),
        ];
        await expect(bad).rejects.toThrow('nowhere');
        await good;
        expect(await statusOf('warehouse')).toMatchObject({ cursor: 1 });
      });

      it('has no outcome for what is pending', async () => {
        expect(await engine.delivery.outcome('warehouse', sequence(1))).toBeUndefined();
      });
    });

    describe('telling a person', () => {
      beforeEach(async () => {
        await appendReadable(engine, 1, 5);
        await engine.delivery.settle('warehouse', [confirmed(1), retrying(2), parked(3), discarded(4)]);
      });

      it('shows each destination of a purchase, with all that is on record', async () => {
        const blank = { attempts: 0, at: undefined, nextAttemptAt: undefined, lastError: undefined, reason: undefined };
        const at = (number: number, state: string, more = {}) => [
          { ...blank, sequence: number, destination: 'warehouse', state, attempts: 1, at: 1000 + number, ...more },
          { ...blank, sequence: number, destination: 'finance', state: 'pending' },
        ];
        const deliveriesOf = (number: number) => engine.journal.deliveriesOf(sequence(number));
        expect(await deliveriesOf(1)).toEqual(at(1, 'confirmed'));
        expect(await deliveriesOf(2)).toEqual(at(2, 'retrying', { nextAttemptAt: 9002, lastError: 'HTTP 503' }));
        expect(await deliveriesOf(3)).toEqual(at(3, 'parked', { lastError: 'HTTP 422' }));
        expect(await deliveriesOf(4)).toEqual(at(4, 'discarded', { reason: 'returned' }));
        expect(await deliveriesOf(5)).toEqual(at(5, 'pending', { attempts: 0, at: undefined }));
      });

      it.each<[DeliveryQuery['state'], number[]]>([
        ['confirmed', [1]],
        ['retrying', [2]],
        ['parked', [3]],
        ['discarded', [4]],
        ['pending', [5]],
        [undefined, [1, 2, 3, 4, 5]],
      ])('lists the deliveries of one destination that are %s', async (state, sequences) => {
        const listed = await engine.journal.deliveries({ ...everything, destination: 'warehouse', state });
        expect(listed.map((delivery) => delivery.sequence)).toEqual(sequences);
        expect(listed.every((delivery) => state === undefined || delivery.state === state)).toBe(true);
      });

      it('lists deliveries page by page, and tears no purchase apart: a delivery would be on no page', async () => {
        const seen: string[] = [];
        for (let after = sequence(0), pages = 0; pages < 10; pages += 1) {
          const page = await engine.journal.deliveries({ ...everything, after, limit: 3 });
          if (page.length === 0) break;
          seen.push(...page.map((delivery) => `${delivery.sequence} ${delivery.destination}`));
          after = page.at(-1)!.sequence;
        }
        expect(seen).toEqual([1, 2, 3, 4, 5].flatMap((number) => both.map((name) => `${number} ${name}`)));
      });

      it('lists parked entries after a place, as many as asked for', async () => {
        await engine.delivery.settle('warehouse', [parked(5, 'HTTP 413')]);
        expect(await engine.delivery.parked('warehouse', sequence(0), 10)).toEqual([parked(3), parked(5, 'HTTP 413')]);
        expect(await engine.delivery.parked('warehouse', sequence(0), 1)).toEqual([parked(3)]);
        expect(await engine.delivery.parked('warehouse', sequence(3), 10)).toEqual([parked(5, 'HTTP 413')]);
        expect(await engine.delivery.parked('finance', sequence(0), 10)).toEqual([]);
      });

      it('counts what is pending, retrying and parked, and says how long the oldest has waited', async () => {
        const { log, destinations } = await engine.journal.progress();
        expect(log).toMatchObject({ durableSequence: 5, lowWaterMark: 0 });
        expect(destinations).toEqual({
          warehouse: {
            cursor: 4,
            pending: 3,
            retrying: 1,
            parked: 1,
            paused: false,
            oldestPendingAt: sampleAcceptedAt(2),
          },
          finance: {
            cursor: 0,
            pending: 5,
            retrying: 0,
            parked: 0,
            paused: false,
            oldestPendingAt: sampleAcceptedAt(1),
          },
        });
        await engine.delivery.settle('warehouse', [confirmed(2), confirmed(3), confirmed(5)]);
        expect(await statusOf('warehouse')).toMatchObject({ pending: 0, oldestPendingAt: undefined });
      });
    });

    describe('its life', () => {
      it('is healthy when it is open', () => {
        expect(engine.journal.health()).toEqual({ ok: true });
      });

      it('says what it found when it was opened', async () => {
        expect(engine.journal.recovery).toMatchObject({
          durableSequence: 0,
          lowWaterMark: 0,
          replayed: 0,
          tornBytes: 0,
        });
        await appendReadable(engine, 1, 3);
        await settleEverywhere(confirmed(1));
        await reopen();
        const found = { durableSequence: 3, lowWaterMark: 1, replayed: 2, tornBytes: 0, unknownBefore: 0 };
        expect(engine.journal.recovery).toMatchObject(found);
      });

      it('answers appends that were under way when it is closed', async () => {
        const appended = engine.journal.append(samplePurchase(1));
        await engine.close();
        expect(await appended).toEqual({ status: 'appended', sequence: 1 });
      });

      it('refuses appends after it was closed, and may be closed twice', async () => {
        await engine.close();
        await engine.journal.close();
        await engine.close();
        await expect(engine.journal.append(samplePurchase(1))).rejects.toMatchObject({ name: 'PurchaseRefusedError' });
      });
    });

    it.each(modelSeeds)('is, after anything that may happen, what a plain model says it is (seed %i)', async (seed) => {
      await runJournalModel(seed, { reopen, engine: () => engine });
    });
  });
}
