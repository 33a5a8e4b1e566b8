import { beforeEach, describe, expect, it } from '@jest/globals';

import type { DecisionQuery, DecisionRecord, EpochMs, Outcome } from '../../shared/journal/types.js';
import { appendReadable } from '../support/append-readable.js';
import { confirmed, discarded, parked, retriedByPerson, retrying } from '../support/sample-outcome.js';
import { sequence, type EngineUnderTest } from './engine-under-test.js';

const everyDecision: DecisionQuery = { destination: undefined, sequence: undefined, after: 0, limit: 100 };
const at = (ms: number, why?: string) => ({ at: ms as EpochMs, why });

/** What is on record of what people decided. */
export function describeDecisions(test: EngineUnderTest): void {
  const decisions = (query: Partial<DecisionQuery> = {}) => test.journal.decisions({ ...everyDecision, ...query });
  const words = (found: readonly DecisionRecord[] | undefined) =>
    found?.map((each) => `${each.number} ${each.what} ${each.destination} ${each.sequence ?? '-'}`);

  describe('what people decided', () => {
    beforeEach(() => appendReadable(test, 1, 5));

    it('is on record with when, why and what was before, also after a restart', async () => {
      await test.delivery.settle('warehouse', [parked(1, '422 no such SKU', 3), retrying(2, 'HTTP 503', 1)]);
      await test.delivery.settle('warehouse', [retriedByPerson(1, 'the SKU is there now', 3)]);
      await test.delivery.settle('warehouse', [discarded(2, 'returned', 1)]);
      await test.delivery.setPaused('finance', true, at(7000, 'stock-taking'));
      await test.delivery.setPaused('finance', false, at(8000), 20);
      await test.reopen();
      const blank = { sequence: undefined, why: undefined, before: undefined };
      expect(await decisions()).toEqual([
        {
          ...{ number: 1, at: 1001, what: 'retry', destination: 'warehouse', sequence: 1 },
          ...{ why: 'the SKU is there now', before: 'parked after 3 attempts: 422 no such SKU' },
        },
        {
          ...{ number: 2, at: 1002, what: 'discard', destination: 'warehouse', sequence: 2 },
          ...{ why: 'returned', before: 'retrying after 1 attempt: HTTP 503' },
        },
        { ...blank, number: 3, at: 7000, what: 'pause', destination: 'finance', why: 'stock-taking' },
        { ...blank, number: 4, at: 8000, what: 'resume', destination: 'finance', ratePerSecond: 20 },
      ]);
    });

    it.each<[string, Outcome[], Outcome]>([
      ['a discard', [discarded(1)], discarded(1, 'too late')],
      ['a confirmation', [confirmed(1)], discarded(1, 'too late')],
      ['a confirmation', [parked(1), confirmed(1)], retriedByPerson(1, 'too late')],
    ])('is not on record where it came after %s, and so changed nothing', async (_before, settled, late) => {
      await test.delivery.settle('warehouse', settled);
      const known = words(await decisions());
      await test.delivery.settle('warehouse', [late]);
      expect(words(await decisions())).toEqual(known);
    });

    it('is not on record where a lane was paused or released already: a script would bury the rest', async () => {
      await test.delivery.setPaused('warehouse', false, at(1));
      await test.delivery.setPaused('warehouse', true, at(2));
      await test.delivery.setPaused('warehouse', true, at(3, 'again'));
      await test.delivery.setPaused('finance', true, at(4));
      expect(words(await decisions())).toEqual(['1 pause warehouse -', '2 pause finance -']);
    });

    it('is on record where only the rate of a lane was changed: that took effect', async () => {
      await test.delivery.setPaused('warehouse', false, at(1, 'slower'), 7);
      await test.delivery.setPaused('warehouse', false, at(2), 7);
      await test.delivery.setPaused('warehouse', false, at(3), null);
      expect(words(await decisions())).toEqual(['1 resume warehouse -', '2 resume warehouse -']);
    });

    it('is nothing that the outbox did by itself', async () => {
      await test.delivery.settle('warehouse', [confirmed(1), retrying(2), parked(3)]);
      await test.delivery.settle('warehouse', [retrying(2, 'HTTP 500', 2), parked(2)]);
      expect(await decisions()).toEqual([]);
    });

    it('does not come back with the outcome: a retry after a restart would be taken for one more decision', async () => {
      await test.delivery.settle('warehouse', [parked(1)]);
      await test.delivery.settle('warehouse', [retriedByPerson(1, 'please')]);
      expect(await test.delivery.outcome('warehouse', sequence(1))).not.toHaveProperty('asked');
      expect((await test.delivery.openLane('warehouse')).retrying[0]).not.toHaveProperty('asked');
    });

    it('is listed by destination and by delivery, in pages that together hold each once', async () => {
      for (const destination of ['warehouse', 'finance']) {
        await test.delivery.settle(destination, [parked(1), parked(2), parked(3)]);
        await test.delivery.settle(destination, [retriedByPerson(1), retriedByPerson(2), retriedByPerson(3)]);
        await test.delivery.settle(destination, [parked(2), discarded(2)]);
      }
      await test.delivery.setPaused('finance', true, at(1));
      expect(words(await decisions({ destination: 'warehouse' }))).toEqual([
        '1 retry warehouse 1',
        '2 retry warehouse 2',
        '3 retry warehouse 3',
        '4 discard warehouse 2',
      ]);
      const ofDelivery = { destination: 'finance', sequence: sequence(2) };
      expect(words(await decisions(ofDelivery))).toEqual(['6 retry finance 2', '8 discard finance 2']);
      expect(words(await decisions({ ...ofDelivery, after: 6 }))).toEqual(['8 discard finance 2']);
      const whole = words(await decisions());
      for (let limit = 1; limit <= 10; limit += 1) {
        const paged: string[] = [];
        for (let after = 0, page = await decisions({ limit }); page?.length; page = await decisions({ after, limit })) {
          paged.push(...(words(page) ?? []));
          after = page.at(-1)?.number ?? after;
        }
        expect(paged).toEqual(whole);
      }
    });

    it('stays on record when its destination is not configured any more; a name that never was is told apart', async () => {
      await test.delivery.settle('finance', [discarded(1)]);
      await test.reopen(['warehouse']);
      expect(words(await decisions({ destination: 'finance' }))).toEqual(['1 discard finance 1']);
      expect(words(await decisions())).toEqual(['1 discard finance 1']);
      expect(await decisions({ destination: 'warehouse' })).toEqual([]);
      expect(await decisions({ destination: 'finanze' })).toBeUndefined();
    });
  });
}
