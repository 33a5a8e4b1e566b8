import { beforeEach, describe, expect, it } from '@jest/globals';

import type { DeliveryState, Outcome } from '../../shared/journal/types.js';
import { appendReadable } from '../support/append-readable.js';
import { confirmed, discarded, held, parked, released, retrying, withKey } from '../support/sample-outcome.js';
import { everyDelivery, sequence, type EngineUnderTest } from './engine-under-test.js';

const alice = <Kind extends Outcome>(outcome: Kind) => withKey(outcome, 'alice');

/** What is held behind others of its key, and what lets it go. */
export function describeOrder(test: EngineUnderTest): void {
  describe('order within a key', () => {
    beforeEach(() => appendReadable(test, 1, 6));

    const settle = (...outcomes: Outcome[]) => test.delivery.settle('warehouse', outcomes);
    const outcomeOf = (number: number) => test.delivery.outcome('warehouse', sequence(number));

    it('lets the next one go, never tried and to be tried now, with the end of the one before it', async () => {
      expect(await settle(held(2, 1), held(3, 1))).toEqual([]);
      expect(await settle(alice(confirmed(1)))).toEqual([released(2, 1001)]);
      expect(await outcomeOf(2)).toEqual(released(2, 1001));
      expect(await outcomeOf(3)).toEqual(held(3, 1));
      expect(await settle(alice(confirmed(2)))).toEqual([released(3, 1002)]);
      expect(await settle(alice(confirmed(3)))).toEqual([]);
    });

    it('has what it let go among those to be tried after a restart: nobody else knows of it', async () => {
      await settle(held(2, 1), held(3, 1));
      await settle(alice(confirmed(1)));
      await test.reopen();
      const lane = await test.delivery.openLane('warehouse');
      expect(lane).toMatchObject({ cursor: 3, recordedAbove: [], retrying: [released(2, 1001)] });
    });

    it.each<[string, Outcome]>([
      ['tried again', retrying(1)],
      ['parked', parked(1)],
    ])('holds the key of one that is %s, until a person gives it up without naming the key', async (_, open) => {
      expect(await settle(alice(open), held(2, 1))).toEqual([]);
      expect(await settle(alice(retrying(1, 'HTTP 500', 2)))).toEqual([]);
      expect(await outcomeOf(1)).toEqual(alice(retrying(1, 'HTTP 500', 2)));
      expect(await settle(discarded(1))).toEqual([released(2, 1001)]);
    });

    it('lets an entry go in the settle that records it as held, when what it was held behind has ended', async () => {
      await settle(alice(confirmed(1)));
      expect(await settle(held(2, 1), held(3, 1))).toEqual([released(2, 1003)]);
      expect(await settle(held(4, 1))).toEqual([]);
    });

    it('lets nobody overtake, whoever else ends: the one before may be under way with nothing on record', async () => {
      await settle(held(2, 1), held(3, 1), held(4, 1));
      expect(await settle(discarded(3))).toEqual([]);
      expect(await settle(withKey(confirmed(5), 'bob'))).toEqual([]);
      expect(await settle(discarded(2))).toEqual([]);
      expect(await settle(alice(confirmed(1)))).toEqual([released(4, 1001)]);
    });

    it('lets go one for each key, whatever ends together', async () => {
      await settle(held(3, 1), held(4, 1), held(5, 2, 'bob'), held(6, 2, 'bob'));
      expect(await settle(alice(confirmed(1)), withKey(discarded(2), 'bob'))).toEqual([
        released(3, 1001),
        released(5, 1002, 'bob'),
      ]);
    });

    it('lets nobody go a second time when an end is repeated', async () => {
      await settle(held(2, 1), held(3, 1));
      await settle(alice(confirmed(1)));
      expect(await settle(alice(confirmed(1)))).toEqual([]);
      await settle(alice(parked(2)));
      expect(await settle(alice(confirmed(1)))).toEqual([]);
    });

    it('keeps destinations apart', async () => {
      await settle(held(2, 1));
      expect(await test.delivery.settle('finance', [alice(confirmed(1))])).toEqual([]);
      expect(await outcomeOf(2)).toEqual(held(2, 1));
    });

    it('takes no entry without a key into an order that it was recorded before', async () => {
      await settle(parked(1), held(3, 2));
      expect(await settle(alice(confirmed(1)))).toEqual([]);
    });

    it('passes a held entry with the cursor, and not with the mark: its segment must stay', async () => {
      await test.delivery.settle(
        'finance',
        [1, 2, 3, 4, 5, 6].map((number) => confirmed(number)),
      );
      await settle(confirmed(1), held(2, 1), held(3, 1), confirmed(4));
      expect(await test.statusOf('warehouse')).toMatchObject({ cursor: 4 });
      expect(await test.mark()).toBe(1);
    });

    it('tells with a page what is open of its keys at that destination', async () => {
      await settle(withKey(parked(1), 'customer-4'), withKey(retrying(2), 'customer-5'), held(3, 1, 'customer-4'));
      const lowestOpen = new Map([
        ['customer-4', 1],
        ['customer-5', 2],
      ]);
      const entries = await test.delivery.read(sequence(3), 9);
      expect(await test.delivery.readOrdered('warehouse', sequence(3), 9)).toEqual({ entries, lowestOpen });
      expect(entries.map(({ key }) => key)).toEqual(['customer-4', 'customer-5', 'customer-6']);
      expect((await test.delivery.readOrdered('finance', sequence(3), 9)).lowestOpen.size).toBe(0);
      await settle(discarded(1), discarded(3));
      expect([...(await test.delivery.readOrdered('warehouse', sequence(3), 9)).lowestOpen.keys()]).toEqual([
        'customer-5',
      ]);
    });

    it('says whose end would let another go', async () => {
      const would = (number: number) => test.delivery.wouldRelease('warehouse', sequence(number));
      await settle(alice(parked(1)), held(3, 1), withKey(parked(2), 'bob'), parked(4));
      expect(await Promise.all([1, 2, 3, 4, 5].map(would))).toEqual([true, false, false, false, false]);
    });

    it('shows and lists as pending what waits, and what was let go and not tried yet', async () => {
      await settle(alice(retrying(1)), held(2, 1), held(3, 1), withKey(parked(4), 'bob'), held(5, 4, 'bob'));
      await settle(alice(confirmed(1)));
      const blank = { attempts: 0, at: undefined, nextAttemptAt: undefined, lastError: undefined, reason: undefined };
      for (const number of [2, 3, 5, 6]) {
        const [shown] = await test.journal.deliveriesOf(sequence(number));
        expect(shown).toEqual({ ...blank, sequence: number, destination: 'warehouse', state: 'pending' });
      }
      const listed = async (state: DeliveryState | undefined, limit = 100) =>
        (await test.journal.deliveries({ ...everyDelivery, destination: 'warehouse', state, limit })).map(
          (each) => `${each.sequence} ${each.state}`,
        );
      expect(await listed('pending')).toEqual(['2 pending', '3 pending', '5 pending', '6 pending']);
      expect(await listed('pending', 3)).toEqual(['2 pending', '3 pending', '5 pending']);
      expect(await listed('retrying')).toEqual([]);
      expect(await listed(undefined)).toEqual([
        ...['1 confirmed', '2 pending', '3 pending', '4 parked', '5 pending', '6 pending'],
      ]);
      expect(await test.statusOf('warehouse')).toMatchObject({ cursor: 5, pending: 5, retrying: 0, parked: 1 });
      await settle(alice(retrying(2)));
      expect(await listed('retrying')).toEqual(['2 retrying']);
      expect(await test.statusOf('warehouse')).toMatchObject({ pending: 5, retrying: 1 });
    });
  });
}
