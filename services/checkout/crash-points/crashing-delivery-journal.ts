import type { CrashPoint } from '../../../shared/crash-points/index.js';
import type { DeliveryJournal } from '../../../shared/outbox/index.js';

/**
 * The journal as the dispatcher sees it, with the points in it. All destinations count together.
 *
 * - **after-project**: entries are in the database; no lane has been told. It subscribes before any lane can.
 * - **before-settle**, **after-settle**: around the transaction that records outcomes.
 */
export function crashingDeliveryJournal(journal: DeliveryJournal, point: CrashPoint): DeliveryJournal {
  journal.onReadable(() => {
    point.pass('after-project');
  });
  return {
    openLane: (destination) => journal.openLane(destination),
    read: (after, limit) => journal.read(after, limit),
    readOrdered: (destination, after, limit) => journal.readOrdered(destination, after, limit),
    readEntry: (sequence) => journal.readEntry(sequence),
    onReadable: (listener) => journal.onReadable(listener),
    async settle(destination, outcomes) {
      point.pass('before-settle');
      const released = await journal.settle(destination, outcomes);
      point.pass('after-settle');
      return released;
    },
    setPaused: (...change) => journal.setPaused(...change),
    liftCatchUpRate: (destination) => journal.liftCatchUpRate(destination),
    outcome: (destination, sequence) => journal.outcome(destination, sequence),
    parked: (destination, after, limit) => journal.parked(destination, after, limit),
    wouldRelease: (destination, sequence) => journal.wouldRelease(destination, sequence),
  };
}
