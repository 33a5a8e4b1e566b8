/*
 * node fill-backlog.js DIR COUNT SEGMENT_BYTES pending|confirmed|held-by-one
 *
 * Makes the data directory of a checkout that has taken so many purchases, each under a key of its own, and delivered none: both
 * destinations are paused. All that writes is what the checkout writes with: its `accept`, and both halves of the journal, in a thread each. A process of its own, so that
 * its memory is not the benchmark's.
 *
 * `confirmed`: all are delivered as well. `held-by-one`: all but the first, which finance has refused: it alone holds the mark, and
 * all segments. A directory that holds purchases already gets those that are missing.
 */
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';

import { v4 as uuidv4, v7 as uuidv7 } from 'uuid';

import { createAcceptPurchase } from '../../services/checkout/accept-purchase.js';
import { openLocalJournal, type Journal } from '../../shared/journal/index.js';
import type { FillDeliveryEnd, FillDeliveryOptions } from './fill-delivery-half.js';
import { numberedOrders } from './numbered-order.js';

const customers = 1024;
/** Kept below what the journal takes ahead of the database. */
const unprojectedMax = 15_000;
const lookEveryMs = 5;
const destinations = ['warehouse', 'finance'];
const keepKeysMs = 7 * 24 * 3600 * 1000;

const [directory = '', countText = '', segmentBytes = '', outcomes = 'pending'] = process.argv.slice(2);
const count = Number(countText);

const worker: { current?: Worker } = {};
const journal = await openLocalJournal({
  directory,
  segmentBytes: Number(segmentBytes),
  startDelivery: (port) => {
    worker.current = new Worker(new URL('./fill-delivery-half.js', import.meta.url), {
      workerData: { port, directory, destinations } satisfies FillDeliveryOptions,
      transferList: [port],
    });
  },
});
await Promise.race([fill(journal), journal.failed]);
const ended = once(worker.current!, 'exit');
worker.current!.postMessage({
  settleUpTo: outcomes === 'pending' ? 0 : count,
  refuseFirst: outcomes === 'held-by-one',
} satisfies FillDeliveryEnd);
await ended;
await journal.close();

async function fill(into: Journal): Promise<void> {
  const orders = numberedOrders();
  const accept = createAcceptPurchase({
    ...{ journal: into, destinations, now: Date.now, keepKeysMs },
    newId: () => uuidv7(),
  });
  // What was there is in the database before the first append.
  let taken: number = into.recovery.durableSequence;
  let projected = taken;
  const look = async () => {
    // Now and then, and not for each purchase: the figures ask SQLite and the file system.
    while (projected < count) {
      await sleep(lookEveryMs);
      projected = into.figures()?.projectedSequence ?? 0;
    }
  };
  const buyOnAndOn = async () => {
    while (taken < count) {
      taken += 1;
      await accept(orders(taken), { idempotencyKey: uuidv4(), caller: undefined, trace: undefined });
      while (taken - projected > unprojectedMax) await sleep(lookEveryMs);
    }
  };
  await Promise.all([look(), ...Array.from({ length: customers }, buyOnAndOn)]);
}
