/*
 * What an engine must do when destinations are added, left out, removed and brought back.
 */
import { beforeEach, describe, expect, it } from '@jest/globals';

import type { EpochMs } from '../../shared/journal/types.js';
import { appendReadable } from '../support/append-readable.js';
import { confirmed, parked } from '../support/sample-outcome.js';
import { bothDestinations, everyDelivery, sequence, type EngineUnderTest } from './engine-under-test.js';

export function describeDestinations(test: EngineUnderTest): void {
  const owed = async (number: number) =>
    (await test.journal.deliveriesOf(sequence(number))).map(({ destination }) => destination);
  const reopened = async (...configured: Parameters<EngineUnderTest['reopen']>) => {
    await test.reopen(...configured);
    return test.journal.recovery.destinations;
  };

  describe('a destination that is new', () => {
    beforeEach(async () => {
      await appendReadable(test, 1, 3);
      await test.settleEverywhere(confirmed(1), confirmed(2), confirmed(3));
    });

    it('begins at the end of the log by default, as nobody asked for more', async () => {
      const added = { name: 'loyalty', what: 'added', owedFrom: 4 };
      expect(await reopened([...bothDestinations, 'loyalty'])).toEqual([added]);
      expect(await test.delivery.openLane('loyalty')).toMatchObject({ cursor: 3, catchUpRatePerSecond: undefined });
      expect(await test.statusOf('loyalty')).toMatchObject({ owed: true, pending: 0 });
      await appendReadable(test, 4, 4);
      expect([await owed(3), await owed(4)]).toEqual([bothDestinations, [...bothDestinations, 'loyalty']]);
    });

    it('with from=1 is owed all that is known, within its rate, and the mark waits for it from there on', async () => {
      const loyalty = { name: 'loyalty', from: sequence(1), backfillRatePerSecond: 20 };
      expect(await reopened([...bothDestinations, loyalty])).toEqual([{ name: 'loyalty', what: 'added', owedFrom: 1 }]);
      expect(await test.delivery.openLane('loyalty')).toMatchObject({ cursor: 0, catchUpRatePerSecond: 20 });
      expect(await test.statusOf('loyalty')).toMatchObject({ pending: 3 });
      expect(await owed(1)).toEqual([...bothDestinations, 'loyalty']);
      await appendReadable(test, 4, 4);
      await test.settleEverywhere(confirmed(4));
      expect(await test.mark()).toBe(3);
      await test.delivery.settle(
        'loyalty',
        [1, 2, 3, 4].map((number) => confirmed(number)),
      );
      expect(await test.mark()).toBe(4);
    });

    it('may begin anywhere, also where the log has not come to yet', async () => {
      await test.reopen([
        ...bothDestinations,
        { name: 'loyalty', from: sequence(3) },
        { name: 'x', from: sequence(6) },
      ]);
      expect(await owed(2)).toEqual(bothDestinations);
      expect(await owed(3)).toEqual([...bothDestinations, 'loyalty']);
      expect(await test.statusOf('x')).toMatchObject({ cursor: 5, pending: 0 });
      await appendReadable(test, 4, 6);
      expect(await owed(5)).toEqual([...bothDestinations, 'loyalty']);
      expect(await owed(6)).toEqual([...bothDestinations, 'loyalty', 'x']);
      expect(await test.statusOf('x')).toMatchObject({ pending: 1 });
    });

    it('holds no mark before it begins, also where it is alone: the log would fill the disk for nobody', async () => {
      await test.reopen([{ name: 'loyalty', from: sequence(7) }], bothDestinations);
      await appendReadable(test, 4, 5);
      // What is committed after the mark.
      await test.delivery.setPaused('loyalty', true, { at: 1 as EpochMs, why: undefined });
      expect(await test.mark()).toBe(5);
      await appendReadable(test, 6, 8);
      await test.delivery.setPaused('loyalty', false, { at: 2 as EpochMs, why: undefined });
      expect(await test.mark()).toBe(6);
      await test.delivery.settle('loyalty', [confirmed(7)]);
      expect(await test.mark()).toBe(7);
    });

    it('is not sent everything anew by a restart: where it begins is looked at once', async () => {
      const loyalty = { name: 'loyalty', from: sequence(1), backfillRatePerSecond: 20 };
      await test.reopen([...bothDestinations, loyalty]);
      await test.delivery.settle('loyalty', [confirmed(1), confirmed(2)]);
      await test.delivery.liftCatchUpRate('loyalty');
      expect(await reopened([...bothDestinations, loyalty])).toEqual([]);
      expect(await test.delivery.openLane('loyalty')).toMatchObject({ cursor: 2, catchUpRatePerSecond: undefined });
    });
  });

  describe('a destination that is left out of the configuration', () => {
    it('is owed what it was, and what comes: its name may be misspelt', async () => {
      await appendReadable(test, 1, 2);
      await test.delivery.settle('warehouse', [confirmed(1), confirmed(2)]);
      expect(await reopened(['warehouse', 'finanse'])).toEqual([
        { name: 'finanse', what: 'added', owedFrom: 3 },
        { name: 'finance', what: 'missing' },
      ]);
      expect(test.journal.owedTo).toEqual(['warehouse', 'finance', 'finanse']);
      await appendReadable(test, 3, 3);
      await test.delivery.settle('warehouse', [confirmed(3)]);
      await test.delivery.settle('finanse', [confirmed(3)]);
      expect(await test.mark()).toBe(0);
      expect(await test.statusOf('finance')).toMatchObject({ owed: true, pending: 3 });
      expect(await owed(3)).toContain('finance');
      expect(await reopened()).toEqual([{ name: 'finanse', what: 'missing' }]);
      expect(await test.delivery.openLane('finance')).toMatchObject({ cursor: 0, catchUpRatePerSecond: undefined });
    });
  });

  describe('a destination that is removed by an explicit word', () => {
    beforeEach(async () => {
      await appendReadable(test, 1, 3);
      await test.delivery.settle('warehouse', [confirmed(1), confirmed(2), confirmed(3)]);
      await test.delivery.settle('finance', [confirmed(1), parked(2)]);
    });

    it('holds nothing from that moment on: the mark moves over what it had parked and what it never got', async () => {
      expect(await test.mark()).toBe(1);
      expect(await reopened(['warehouse'], ['finance'])).toEqual([{ name: 'finance', what: 'removed' }]);
      expect(await test.mark()).toBe(3);
      expect(test.journal.owedTo).toEqual(['warehouse']);
      expect(await owed(2)).toEqual(['warehouse']);
      await appendReadable(test, 4, 4);
      await test.delivery.settle('warehouse', [confirmed(4)]);
      expect(await test.mark()).toBe(4);
    });

    it('is kept on record, and said to be removed; its history can be listed', async () => {
      await test.reopen(['warehouse'], ['finance']);
      expect(await test.statusOf('finance')).toMatchObject({ owed: false, pending: 0, parked: 1, cursor: 2 });
      const all = await test.journal.deliveries(everyDelivery);
      expect(new Set(all.map(({ destination }) => destination))).toEqual(new Set(['warehouse']));
      const history = await test.journal.deliveries({ ...everyDelivery, destination: 'finance' });
      expect(history.map(({ sequence, state }) => `${sequence} ${state}`)).toEqual(['1 confirmed', '2 parked']);
    });

    it('stays so when the word is taken out again, and is told of once', async () => {
      await test.reopen(['warehouse'], ['finance']);
      expect(await reopened(['warehouse'], ['finance'])).toEqual([]);
      expect(await reopened(['warehouse'])).toEqual([]);
      expect(await test.statusOf('finance')).toMatchObject({ owed: false });
      const query = { destination: 'finance', sequence: undefined, after: 0, limit: 100 };
      expect((await test.journal.decisions(query))?.map(({ what }) => what)).toEqual(['remove']);
    });

    it('goes on where it stood when it is configured again, within its rate: nothing it missed is forgotten', async () => {
      await test.reopen(['warehouse'], ['finance']);
      await appendReadable(test, 4, 5);
      await test.delivery.settle('warehouse', [confirmed(4), confirmed(5)]);
      const back = { name: 'finance', from: sequence(1), backfillRatePerSecond: 7 };
      expect(await reopened(['warehouse', back])).toEqual([{ name: 'finance', what: 'restored', owedFrom: 3 }]);
      expect(await test.delivery.openLane('finance')).toMatchObject({ cursor: 2, catchUpRatePerSecond: 7 });
      expect(await test.statusOf('finance')).toMatchObject({ owed: true, pending: 4, parked: 1 });
      expect((await test.delivery.read(sequence(2), 9)).map((entry) => entry.sequence)).toEqual([3, 4, 5]);
      await appendReadable(test, 6, 6);
      await test.delivery.settle('warehouse', [confirmed(6)]);
      expect(await test.mark()).toBe(5);
    });

    it('that was never there is told of: the name in the configuration may be wrong', async () => {
      expect(await reopened(bothDestinations, ['finanse'])).toEqual([{ name: 'finanse', what: 'never-known' }]);
      expect(await test.statusOf('finanse')).toBeUndefined();
    });
  });
}
