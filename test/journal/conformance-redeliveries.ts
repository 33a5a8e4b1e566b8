import { beforeEach, describe, expect, it } from '@jest/globals';

import type { Outcome } from '../../shared/journal/types.js';
import { appendReadable } from '../support/append-readable.js';
import {
  confirmed,
  discarded,
  held,
  parked,
  redelivered,
  released,
  retrying,
  withKey,
} from '../support/sample-outcome.js';
import { everyDelivery, sequence, type EngineUnderTest } from './engine-under-test.js';

const all = [1, 2, 3, 4, 5];

/** As it is read back: without what a person decided. */
function onRecord({ asked: _asked, ...outcome }: ReturnType<typeof redelivered>): Outcome {
  return outcome;
}

/** What was confirmed and is delivered again, because a destination has lost it. */
export function describeRedeliveries(test: EngineUnderTest): void {
  const settle = (...outcomes: Outcome[]) => test.delivery.settle('finance', outcomes);
  const outcomeOf = (number: number) => test.delivery.outcome('finance', sequence(number));
  const decisions = async () =>
    (await test.journal.decisions({ destination: 'finance', sequence: undefined, after: 0, limit: 100 }))?.map(
      (each) => `${each.what} ${each.sequence}: ${each.why}, ${each.before}`,
    );
  const pending = async () => (await test.statusOf('finance'))?.pending;

  describe('a confirmed entry that a person has delivered again', () => {
    beforeEach(async () => {
      await appendReadable(test, 1, 5);
      await test.settleEverywhere(...all.map((number) => confirmed(number)));
      expect(await test.mark()).toBe(5);
    });

    it('is to be tried, counted as owed, and on record with why and what was before, also after a restart', async () => {
      expect(await settle(redelivered(2, 'lost there'), redelivered(4, 'lost there', 1))).toEqual([]);
      for (let life = 1; life <= 2; life += 1) {
        expect(await outcomeOf(2)).toEqual(onRecord(redelivered(2)));
        expect(await test.delivery.openLane('finance')).toMatchObject({
          ...{ cursor: 5, recordedAbove: [] },
          retrying: [onRecord(redelivered(2)), onRecord(redelivered(4))],
        });
        expect(await test.statusOf('finance')).toMatchObject({ cursor: 5, pending: 2, retrying: 2, parked: 0 });
        expect(await test.statusOf('warehouse')).toMatchObject({ pending: 0, retrying: 0 });
        const asRetrying = { ...everyDelivery, destination: 'finance', state: 'retrying' as const };
        expect((await test.journal.deliveries(asRetrying)).map((each) => each.sequence)).toEqual([2, 4]);
        expect(await decisions()).toEqual([
          'redeliver 2: lost there, confirmed after 1 attempt',
          'redeliver 4: lost there, confirmed after 1 attempt',
        ]);
        if (life === 1) await test.reopen();
      }
      expect(await test.delivery.readEntry(sequence(2))).toMatchObject({ sequence: 2 });
    });

    it('leaves the mark where it stands, which waits there for it while all else goes on', async () => {
      await settle(redelivered(2));
      expect(await test.mark()).toBe(5);
      await appendReadable(test, 6, 7);
      await test.settleEverywhere(confirmed(6), confirmed(7));
      expect(await test.mark()).toBe(5);
      expect(await test.statusOf('finance')).toMatchObject({ cursor: 7, pending: 1 });
      await test.reopen();
      expect(await test.mark()).toBe(5);
      await settle(confirmed(2, 2));
      expect(await test.mark()).toBe(7);
      expect(await test.statusOf('finance')).toMatchObject({ pending: 0, retrying: 0, oldestPendingAt: undefined });
    });

    it('is told apart from the one above the mark, until it is final again', async () => {
      const again = async () =>
        (await test.journal.progress()).mark.again.map(
          (each) => `${each.sequence} ${each.destination} ${each.state} ${each.lastError ?? '-'}`,
        );
      expect(await again()).toEqual([]);
      await settle(redelivered(4), redelivered(2));
      expect(await again()).toEqual(['2 finance retrying again']);
      await settle(parked(2, 'HTTP 422', 2));
      await test.delivery.settle('warehouse', [redelivered(1)]);
      expect(await again()).toEqual(['1 warehouse retrying again', '2 finance parked HTTP 422']);
      await test.delivery.settle('warehouse', [confirmed(1, 2)]);
      await settle(discarded(2, 'paid back', 2));
      expect(await again()).toEqual(['4 finance retrying again']);
      await settle(confirmed(4, 2));
      expect(await again()).toEqual([]);
    });

    it('is not told of where it lies further above the mark, nor what was never confirmed', async () => {
      await appendReadable(test, 6, 9);
      await settle(retrying(6), confirmed(7), confirmed(8));
      await settle(redelivered(8));
      expect((await test.journal.progress()).mark.again).toEqual([]);
      await settle(confirmed(6, 2));
      await test.delivery.settle('warehouse', [confirmed(6), confirmed(7)]);
      expect((await test.journal.progress()).mark).toMatchObject({
        again: [{ sequence: 8 }],
        next: [{}, { sequence: 8 }],
      });
    });

    it.each<[string, Outcome]>([
      ['a confirmation', confirmed(2, 2)],
      ['a discard', discarded(2, 'paid back')],
    ])('is final again after %s, and counted once', async (_, outcome) => {
      await settle(redelivered(2));
      expect(await pending()).toBe(1);
      await settle(outcome);
      await settle(confirmed(2, 3), retrying(2), parked(2), discarded(2));
      expect(await outcomeOf(2)).toEqual(outcome);
      expect(await pending()).toBe(0);
    });

    it('goes on as any other: its attempts, its failures, a retry of it', async () => {
      await settle(redelivered(2, 'lost there', 3));
      const steps = [retrying(2, 'HTTP 503', 4), parked(2, 'HTTP 422', 5), retrying(2, 'HTTP 422', 5), confirmed(2, 6)];
      for (const step of steps) {
        expect(await pending()).toBe(1);
        await settle(step);
        expect(await outcomeOf(2)).toEqual(step);
      }
      expect(await pending()).toBe(0);
    });

    it('may be had again in one settle with others, and again after that', async () => {
      await appendReadable(test, 6, 6);
      await settle(redelivered(1), confirmed(6), redelivered(3), redelivered(3));
      expect(await pending()).toBe(2);
      expect(await decisions()).toHaveLength(2);
      await settle(confirmed(1, 2), confirmed(3, 2));
      await settle(redelivered(3, 'lost once more', 2));
      expect((await decisions())?.at(-1)).toBe('redeliver 3: lost once more, confirmed after 2 attempts');
      expect(await pending()).toBe(1);
    });

    it('is owed nothing at a destination that is removed, and is tried when that comes back', async () => {
      await settle(redelivered(2));
      await test.reopen(['warehouse'], ['finance']);
      expect((await test.journal.progress()).mark.again).toEqual([]);
      await appendReadable(test, 6, 6);
      await test.delivery.settle('warehouse', [confirmed(6)]);
      expect(await test.mark()).toBe(6);
      await test.reopen();
      expect(await test.mark()).toBe(6);
      expect((await test.delivery.openLane('finance')).retrying).toEqual([onRecord(redelivered(2))]);
    });
  });

  describe('an entry that is not confirmed', () => {
    beforeEach(() => appendReadable(test, 1, 6));

    it('is not delivered again by whatever a person asks for, and nothing of that is on record', async () => {
      const before = [withKey(retrying(1)), parked(2), discarded(3), held(4, 1)];
      await settle(...before);
      const known = { status: await test.statusOf('finance'), decisions: await decisions() };
      expect(await settle(...[1, 2, 3, 4, 5].map((number) => redelivered(number)))).toEqual([]);
      for (const outcome of before) expect(await outcomeOf(outcome.sequence)).toEqual(outcome);
      expect(await outcomeOf(5)).toBeUndefined();
      expect({ status: await test.statusOf('finance'), decisions: await decisions() }).toEqual(known);
    });
  });

  describe('a confirmed entry that is delivered again, and the others of its key', () => {
    beforeEach(() => appendReadable(test, 1, 6));
    // That of the last entry.
    const key = 'customer-6';
    const alice = (outcome: Outcome) => withKey(outcome, key);

    it('hold each other back in no way', async () => {
      await settle(alice(confirmed(1)), alice(retrying(2)));
      await settle(redelivered(1), held(3, 2, key));
      expect((await test.delivery.readOrdered('finance', sequence(3), 3)).lowestOpen).toEqual(new Map([[key, 2]]));
      expect(await test.delivery.wouldRelease('finance', sequence(1))).toBe(false);
      expect(await settle(confirmed(1, 2))).toEqual([]);
      await settle(redelivered(1, 'lost there', 2));
      expect(await settle(alice(confirmed(2, 2)))).toEqual([released(3, 1002, key)]);
    });

    it('are let go, though they are found to be behind it when it is open again: they would wait for ever', async () => {
      await settle(alice(confirmed(1)));
      await settle(redelivered(1));
      expect(await settle(held(2, 1, key), held(3, 1, key))).toEqual([released(2, 1003, key)]);
    });

    it.each<[string, Outcome]>([
      ['parked', parked(1, 'HTTP 422', 2)],
      ['tried again', retrying(1, 'HTTP 503', 2)],
    ])('are let go where it is %s by then', async (_, outcome) => {
      await settle(alice(confirmed(1)));
      await settle(redelivered(1));
      await settle(outcome);
      expect(await settle(held(2, 1, key))).toEqual([released(2, 1002, key)]);
      expect(await settle(discarded(1))).toEqual([]);
    });
  });
}
