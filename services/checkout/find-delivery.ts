import { problems } from '../../shared/http/index.js';
import type { DeliveryRecord, Journal, StoredPurchase } from '../../shared/journal/index.js';
import type { Sequence } from '../../shared/outbox/index.js';

/** A delivery that is owed, and what it is about. */
export interface OwedDelivery {
  readonly purchase: StoredPurchase;
  readonly record: DeliveryRecord;
}

/** Whether there is such a delivery, whatever has become of it. */
export async function isOwed(
  journal: Pick<Journal, 'purchases' | 'deliveriesOf'>,
  destination: string,
  sequence: Sequence,
): Promise<boolean> {
  const [purchase] = await journal.purchases((sequence - 1) as Sequence, 1);
  if (purchase?.sequence !== sequence) return false;
  return (await journal.deliveriesOf(sequence)).some((each) => each.destination === destination);
}

/** What is on record of one purchase at one destination; one that is pending is there too. @throws Problem 404, which says why */
export async function findDelivery(
  journal: Pick<Journal, 'purchases' | 'deliveriesOf' | 'recovery'>,
  destination: string,
  sequence: Sequence,
): Promise<OwedDelivery> {
  const [purchase] = await journal.purchases((sequence - 1) as Sequence, 1);
  if (purchase?.sequence !== sequence) throw problems.notFound(describeMissing(sequence, journal.recovery));
  const record = (await journal.deliveriesOf(sequence)).find((each) => each.destination === destination);
  if (!record) {
    throw problems.notFound(
      `Purchase ${sequence} is not owed to ${destination}, which was added after it or has been removed.`,
    );
  }
  return { purchase, record };
}

function describeMissing(sequence: Sequence, { unknownBefore }: Journal['recovery']): string {
  return sequence <= unknownBefore
    ? `Purchase ${sequence} is not known any more: the database that held it was lost. It was finished everywhere.`
    : `There is no purchase ${sequence}.`;
}
