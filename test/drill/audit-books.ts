import { isDeepStrictEqual } from 'node:util';

import { type ReceiverName, receivers } from '../../shared/shop-client/service-names.js';
import type { Audited } from '../../shared/shop-client/shop-answers.js';
import type { ShopClient } from '../../shared/shop-client/shop-client.js';
import type { Checklist } from './checklist.js';
import { compareBooks } from './compare-books.js';
import type { Receipts } from './receipts.js';

const pageLimit = 1000;

/**
 * Holds the books and the log against what customers were told, from behind `after` on. Everything must have been delivered,
 * and nobody may buy meanwhile.
 */
export async function auditBooks(
  shop: ShopClient,
  receipts: Receipts,
  checklist: Checklist,
  after: number,
): Promise<void> {
  const { log, destinations } = await shop.status();
  const ends = [`the log ends at ${log.durableSequence}`, `${receipts.count} were told, up to ${receipts.end}`];
  const isWhole = receipts.count === receipts.end && log.durableSequence === receipts.end;
  checklist.enter('customers were told the numbers 1, 2, 3 … up to the end of the log', [
    ...receipts.faults,
    ...unless(isWhole, ends.join('; ')),
  ]);
  const marks = `it is at ${log.lowWaterMark} of ${log.durableSequence}`;
  checklist.enter('the low-water mark is at the end', unless(log.lowWaterMark === log.durableSequence, marks));
  const sums = { warehouse: await shop.warehouseSummary(), finance: await shop.financeSummary() };
  for (const receiver of receivers) {
    await checklist.enterEach(
      `${receiver} holds each acknowledged purchase once, and no other`,
      compareBooks(receipts, rowsAt(shop, receiver, after), after),
    );
    const isRight = isDeepStrictEqual(sums[receiver], receipts[receiver]);
    const differ = `${JSON.stringify(sums[receiver])}, and it should be ${JSON.stringify(receipts[receiver])}`;
    checklist.enter(`${receiver} sums them up right`, unless(isRight, differ));
    const owed = destinations[receiver];
    const isDone = owed?.pending === 0 && owed.parked === 0;
    checklist.enter(`nothing is owed to ${receiver}, or parked there`, unless(isDone, JSON.stringify(owed)));
  }
}

/** One page at a time. */
async function* rowsAt(shop: ShopClient, receiver: ReceiverName, after: number): AsyncGenerator<Audited> {
  for (let last = after; ;) {
    const page = await shop.auditPage(receiver, last, pageLimit);
    if (page.length === 0) return;
    yield* page;
    last = page.at(-1)?.sequence ?? last;
  }
}

function unless(holds: boolean, fault: string): string[] {
  return holds ? [] : [fault];
}
