import { isDeepStrictEqual } from 'node:util';

import { receivers } from '../../shared/shop-client/service-names.js';
import { expectedBooks } from '../support/expected-books.js';
import type { Acknowledged } from '../../shared/customers/purchase-stream.js';
import type { CheckoutStatus } from '../../shared/shop-client/shop-answers.js';
import type { ShopClient } from '../../shared/shop-client/shop-client.js';
import { compareRows } from './compare-rows.js';

const segmentsMax = 2;

/** Something that must hold after a soak. */
export interface Check {
  readonly what: string;
  /** How it does not, in words; empty: it holds. */
  readonly faults: readonly string[];
}

/** Holds the books and the log against what customers were told. Everything must have been delivered. */
export async function examine(shop: ShopClient, acknowledged: readonly Acknowledged[]): Promise<Check[]> {
  const told = expectedBooks(acknowledged);
  const pruned = await shop
    .waitUntil('segments are pruned', () => shop.status(), isPruned)
    .then(
      () => [],
      (error: unknown) => [String(error)],
    );
  const { log, destinations } = await shop.status();
  const summaries = { warehouse: await shop.warehouseSummary(), finance: await shop.financeSummary() };
  const checks: Check[] = [
    {
      what: 'customers were told the numbers 1, 2, 3 … without a gap, the last one the end of the log',
      faults: [
        ...told.rows.flatMap(({ sequence }, index) =>
          sequence === index + 1 ? [] : [`number ${index + 1} in order is ${sequence}`],
        ),
        ...unless(log.durableSequence === told.rows.length, `the log ends at ${log.durableSequence}`),
      ],
    },
  ];
  for (const receiver of receivers) {
    checks.push(
      {
        what: `${receiver} holds each acknowledged purchase once, and no other`,
        faults: compareRows(told.rows, await shop.audit(receiver)),
      },
      {
        what: `${receiver} sums them up right`,
        faults: unless(isDeepStrictEqual(summaries[receiver], told[receiver]), JSON.stringify(summaries[receiver])),
      },
      {
        what: `nothing is owed to ${receiver}, and nothing is parked there`,
        faults: unless(
          destinations[receiver]?.pending === 0 && destinations[receiver].parked === 0,
          JSON.stringify(destinations[receiver]),
        ),
      },
    );
  }
  checks.push(
    {
      what: 'the low-water mark is at the end of the log',
      faults: unless(log.lowWaterMark === log.durableSequence, JSON.stringify(log)),
    },
    { what: 'what all have confirmed is pruned from the log', faults: pruned },
  );
  return checks;
}

function isPruned({ log }: CheckoutStatus): boolean {
  return log.segments <= segmentsMax && log.firstSequence > 1;
}

function unless(holds: boolean, fault: string): string[] {
  return holds ? [] : [fault];
}
