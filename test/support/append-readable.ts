import type { DeliveryJournal, Journal, Sequence } from '../../shared/journal/types.js';
import { samplePurchase } from './sample-purchase.js';

/** Resolves when entry `last` can be delivered. */
export function readable(delivery: DeliveryJournal, last: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const look = () => {
      delivery.read((last - 1) as Sequence, 1).then((entries) => {
        if (entries.length === 0) return;
        stop();
        resolve();
      }, reject);
    };
    const stop = delivery.onReadable(look);
    look();
  });
}

/** Appends the sample purchases with these numbers, and waits until the last can be delivered. */
export async function appendReadable(
  { journal, delivery }: { journal: Journal; delivery: DeliveryJournal },
  from: number,
  to: number,
): Promise<void> {
  const numbers = Array.from({ length: to - from + 1 }, (_, index) => from + index);
  const appended = await Promise.all(numbers.map((number) => journal.append(samplePurchase(number))));
  const last = appended.at(-1);
  if (last?.status !== 'appended') throw new Error('a sample purchase was not appended');
  await readable(delivery, last.sequence);
}
