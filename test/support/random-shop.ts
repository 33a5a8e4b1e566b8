import type { DeliveryState, ReceiverName } from '../../shared/shop-client/index.js';
import { sampleId } from './sample-purchase.js';
import { entry, ScriptedShop } from './scripted-shop.js';

const purchasesMax = 40;
const states: readonly DeliveryState[] = ['retrying', 'parked', 'discarded', 'confirmed'];

/** A shop in which everything that can go wrong may have gone wrong. */
export function randomShop(random: () => number): ScriptedShop {
  const below = (limit: number) => Math.floor(random() * limit);
  const shop = new ScriptedShop();
  shop.accept(below(purchasesMax));
  const count = shop.durableSequence;
  if (random() < 0.2) shop.unknownBefore = below(count + 1);
  const isKept = ({ sequence }: { sequence: number }) => sequence > shop.unknownBefore && random() > 0.05;
  shop.purchases.splice(0, Infinity, ...shop.purchases.filter(isKept));
  for (const receiver of ['warehouse', 'finance'] as const) fill(shop, receiver, random);
  return shop;
}

function fill(shop: ScriptedShop, receiver: ReceiverName, random: () => number): void {
  const below = (limit: number) => Math.floor(random() * limit);
  const { [receiver]: book, durableSequence: count } = shop;
  if (random() < 0.2) book.startAfter = below(count + 1);
  book.removed = random() < 0.1;
  // As the checkout does: up to here everything that is owed has an outcome, and above it some may.
  const cursor = below(count + 1);
  const faults = random() < 0.3 ? 0 : 0.1;
  for (let sequence = 1; sequence <= count; sequence += 1) {
    const isOwed = sequence > book.startAfter;
    if (isOwed && (sequence <= cursor || random() < 0.3)) {
      book.outcomes.set(sequence, random() < 0.7 ? 'confirmed' : states[below(states.length)]!);
    }
    const isConfirmed = book.outcomes.get(sequence) === 'confirmed';
    if (random() < (isConfirmed ? 1 - faults : 0.1)) {
      const capitals = random() < 0.05;
      const changes = random() < faults ? (random() < 0.5 ? { total: 1 } : { currency: 'JPY' }) : {};
      const copies = random() < faults ? 1 + below(3) : 1;
      const { id } = entry(sequence);
      for (let copy = 0; copy < copies; copy += 1) {
        book.hold(entry(sequence, { ...changes, id: capitals ? id.toUpperCase() : id }));
      }
    }
    if (random() < faults) book.hold(entry(sequence, { id: sampleId(1000 + below(50)) }));
  }
  while (random() < faults) book.hold(entry(count + 1 + below(9), { id: sampleId(2000 + below(1000)) }));
}
