import { parentPort, workerData, type MessagePort } from 'node:worker_threads';

import { LocalDeliveryJournal } from '../../shared/journal/index.js';
import type { EpochMs, Outcome, Sequence } from '../../shared/outbox/index.js';

/** What the delivering half of a journal that is being filled is given at its start. */
export interface FillDeliveryOptions {
  readonly port: MessagePort;
  readonly directory: string;
  readonly destinations: readonly string[];
}

/** Sent to it once the last purchase is projected: it pauses all destinations, settles up to there, or nothing for 0, and ends. */
export interface FillDeliveryEnd {
  readonly settleUpTo: number;
  /** The first is refused by finance; all others are confirmed. */
  readonly refuseFirst: boolean;
}

const settledTogether = 5_000;
const refused = { destination: 'finance', sequence: 1 };

if (!parentPort) throw new Error('this runs as a worker thread of fill-backlog');
const { port, directory, destinations } = workerData as FillDeliveryOptions;
const served = destinations.map((name) => ({ name }));
const journal = await LocalDeliveryJournal.open({ port, directory, destinations: { served, removed: [] } });
parentPort.once('message', (end: FillDeliveryEnd) => {
  void finish(end);
});

async function finish({ settleUpTo, refuseFirst }: FillDeliveryEnd): Promise<void> {
  for (const destination of destinations) {
    await journal.setPaused(destination, true, { at: Date.now() as EpochMs, why: 'benchmark' });
    await settle(destination, settleUpTo, refuseFirst);
  }
  await journal.close();
}

/** As a lane does: in order, and many at a time. */
async function settle(destination: string, last: number, refuseFirst: boolean): Promise<void> {
  for (let first = 1; first <= last; first += settledTogether) {
    const count = Math.min(settledTogether, last - first + 1);
    await journal.settle(
      destination,
      Array.from({ length: count }, (_, index): Outcome => {
        const sequence = (first + index) as Sequence;
        const tried = { sequence, attempts: 1, attemptsCounted: 1, at: Date.now() as EpochMs };
        return refuseFirst && destination === refused.destination && sequence === refused.sequence
          ? { ...tried, state: 'parked', error: '422: no' }
          : { ...tried, state: 'confirmed' };
      }),
    );
  }
}
