import { beforeEach, describe, expect, it } from '@jest/globals';

import type { EpochMs, Outcome } from '../../shared/journal/types.js';
import { appendReadable } from '../support/append-readable.js';
import { confirmed, discarded, parked, retrying, withKey } from '../support/sample-outcome.js';
import { bothDestinations, sequence, type EngineUnderTest } from './engine-under-test.js';

const decided = { at: 1 as EpochMs, why: undefined };

/** Lanes, what settling moves, and what it never moves. */
export function describeDeliveries(test: EngineUnderTest): void {
  describe('lanes', () => {
    it('begin before the first entry', async () => {
      const lane = { cursor: 0, recordedAbove: [], retrying: [], endAtStart: 0, paused: false };
      expect(await test.delivery.openLane('warehouse')).toEqual(lane);
    });

    it('go on, after a restart, where they stopped: what is on record is not sent again', async () => {
      await appendReadable(test, 1, 6);
      await test.delivery.settle('warehouse', [confirmed(1), retrying(2), confirmed(4), retrying(5)]);
      await test.reopen();
      expect(await test.delivery.openLane('warehouse')).toEqual({
        cursor: 2,
        recordedAbove: [4, 5],
        retrying: [retrying(2), retrying(5)],
        endAtStart: 6,
        paused: false,
      });
      expect(await test.delivery.openLane('finance')).toMatchObject({ cursor: 0, recordedAbove: [] });
    });

    it('know what was there before this start: nothing that came since can have been in flight before', async () => {
      await appendReadable(test, 1, 3);
      expect(await test.delivery.openLane('warehouse')).toMatchObject({ endAtStart: 0 });
      await test.reopen();
      await appendReadable(test, 4, 5);
      expect(await test.delivery.openLane('warehouse')).toMatchObject({ endAtStart: 3 });
    });

    it('stay paused over a restart, and are released', async () => {
      await test.delivery.setPaused('warehouse', true, decided);
      await test.reopen();
      expect(await test.delivery.openLane('warehouse')).toMatchObject({ paused: true });
      expect(await test.delivery.openLane('finance')).toMatchObject({ paused: false });
      expect(await test.statusOf('warehouse')).toMatchObject({ paused: true });
      await test.delivery.setPaused('warehouse', false, decided);
      await test.reopen();
      expect(await test.delivery.openLane('warehouse')).toMatchObject({ paused: false });
    });

    it('of a destination that is added later owe from there on', async () => {
      await appendReadable(test, 1, 3);
      await test.reopen([...bothDestinations, 'loyalty']);
      expect(await test.delivery.openLane('loyalty')).toMatchObject({ cursor: 3, recordedAbove: [] });
      expect(await test.statusOf('loyalty')).toMatchObject({ pending: 0 });
      await appendReadable(test, 4, 4);
      expect(await test.statusOf('loyalty')).toMatchObject({ pending: 1 });
      const owed = async (number: number) =>
        (await test.journal.deliveriesOf(sequence(number))).map(({ destination }) => destination);
      expect(await owed(3)).toEqual(bothDestinations);
      expect(await owed(4)).toEqual([...bothDestinations, 'loyalty']);
    });
  });

  describe('settling', () => {
    beforeEach(() => appendReadable(test, 1, 5));

    it('moves the cursor over what has an outcome, and never over a gap: the gap would never be sent', async () => {
      await test.delivery.settle('warehouse', [confirmed(3), confirmed(2)]);
      expect(await test.statusOf('warehouse')).toMatchObject({ cursor: 0, pending: 3 });
      await test.delivery.settle('warehouse', [confirmed(1)]);
      expect(await test.statusOf('warehouse')).toMatchObject({ cursor: 3, pending: 2 });
    });

    it('moves the mark only with the slowest destination, and not past an entry that is open', async () => {
      await test.delivery.settle(
        'warehouse',
        [1, 2, 3, 4, 5].map((number) => confirmed(number)),
      );
      expect(await test.mark()).toBe(0);
      await test.delivery.settle('finance', [confirmed(1), parked(2), confirmed(3), retrying(4), confirmed(5)]);
      expect(await test.statusOf('finance')).toMatchObject({ cursor: 5, pending: 2, retrying: 1, parked: 1 });
      expect(await test.mark()).toBe(1);
      await test.delivery.settle('finance', [discarded(2)]);
      expect(await test.mark()).toBe(3);
      await test.delivery.settle('finance', [confirmed(4, 2)]);
      expect(await test.mark()).toBe(5);
      expect(await test.statusOf('finance')).toMatchObject({ pending: 0, retrying: 0, parked: 0 });
    });

    it('counts a repeat once, and lets nothing undo what is final', async () => {
      await test.delivery.settle('warehouse', [confirmed(1), discarded(2)]);
      await test.delivery.settle('warehouse', [confirmed(1, 9), retrying(1), parked(2), confirmed(2), confirmed(2)]);
      expect(await test.statusOf('warehouse')).toMatchObject({ cursor: 2, pending: 3, retrying: 0, parked: 0 });
      expect(await test.delivery.outcome('warehouse', sequence(1))).toEqual(confirmed(1));
      expect(await test.delivery.outcome('warehouse', sequence(2))).toEqual(discarded(2));
    });

    it('takes what one answer confirms together as it takes it one by one: what is final stays, what was open is closed', async () => {
      const together = (number: number) => ({ ...confirmed(number, 3), at: 4711 as EpochMs });
      const before = [confirmed(1), discarded(2), withKey(retrying(3)), parked(4)];
      const answered = [1, 2, 3, 4, 5].map(together);
      await test.delivery.settle('warehouse', before);
      await test.delivery.settle('warehouse', answered);
      await test.delivery.settle('finance', before);
      for (const outcome of answered) await test.delivery.settle('finance', [outcome]);
      for (const destination of bothDestinations) {
        const outcomes = [1, 2, 3, 4, 5].map((number) => test.delivery.outcome(destination, sequence(number)));
        expect(await Promise.all(outcomes)).toEqual([...before.slice(0, 2), ...answered.slice(2)]);
        const status = { cursor: 5, pending: 0, retrying: 0, parked: 0 };
        expect(await test.statusOf(destination)).toMatchObject(status);
      }
      expect(await test.mark()).toBe(5);
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
        await test.delivery.settle('warehouse', [outcome]);
        expect(await test.delivery.outcome('warehouse', sequence(1))).toEqual(outcome);
      }
      await test.delivery.settle('finance', outcomes);
      expect(await test.delivery.outcome('finance', sequence(1))).toEqual(outcomes.at(-1));
      for (const destination of bothDestinations) {
        const status = { cursor: 1, pending: 4, retrying: 0, parked: 0 };
        expect(await test.statusOf(destination)).toMatchObject(status);
      }
      expect(await test.mark()).toBe(1);
    });

    it('holds the mark where it is when a settled entry is joined by one that is not', async () => {
      await test.settleEverywhere(...[1, 2, 3, 4, 5].map((number) => confirmed(number)));
      await appendReadable(test, 6, 6);
      await test.delivery.settle('warehouse', [parked(6)]);
      expect(await test.mark()).toBe(5);
      await test.reopen();
      expect(await test.mark()).toBe(5);
      expect(test.journal.recovery).toMatchObject({ lowWaterMark: 5, durableSequence: 6, replayed: 1 });
    });

    it('takes settlements of both destinations at the same time', async () => {
      const settlements = [1, 2, 3, 4, 5].flatMap((number) =>
        bothDestinations.map((destination) => test.delivery.settle(destination, [confirmed(number)])),
      );
      await Promise.all(settlements);
      expect(await test.mark()).toBe(5);
    });

    it('rejects for a destination that nobody knows, and harms no neighbour', async () => {
      const [bad, good] = [
        test.delivery.settle('nowhere', [confirmed(1)]),
        test.delivery.settle('warehouse', [confirmed(1)]),
      ];
      await expect(bad).rejects.toThrow('nowhere');
      await good;
      expect(await test.statusOf('warehouse')).toMatchObject({ cursor: 1 });
    });

    it('has no outcome for what is pending', async () => {
      expect(await test.delivery.outcome('warehouse', sequence(1))).toBeUndefined();
    });
  });
}
