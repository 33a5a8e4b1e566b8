import { receivers, type ReceiverName } from '../../shared/shop-client/service-names.js';
import { PurchaseStream, type Acknowledged } from '../../shared/customers/purchase-stream.js';
import type { Random } from '../../shared/customers/random.js';
import type { Shop } from '../../shared/shop-processes/shop.js';

const soldAfterwards = 6;

/** What became of the purchases of one round, as the receivers have it. */
export interface RoundResult {
  readonly acknowledged: readonly Acknowledged[];
  /** Of those, how many each receiver holds. */
  readonly held: Readonly<Record<ReceiverName, number>>;
  /** Events that a receiver got although it had them. */
  readonly repeated: Readonly<Record<ReceiverName, number>>;
  /** Acknowledged, and missing at one receiver or the other. */
  readonly lost: number;
}

/**
 * Customers buy while `crash` runs and for some purchases more, and then the receivers are asked. All three services must run
 * when `crash` has ended.
 */
export async function sellThroughCrash(shop: Shop, random: Random, crash: () => Promise<void>): Promise<RoundResult> {
  const before = await repeats(shop);
  const lives = receivers.map((name) => shop[name].pid);
  const stream = new PurchaseStream(shop, random);
  await crash();
  await stream.flow(soldAfterwards);
  const acknowledged = await stream.stop();
  await shop.untilAllConfirmed();

  const after = await repeats(shop);
  const [warehouse, finance] = await Promise.all(receivers.map((name) => idsAt(shop, name)));
  const ids = acknowledged.map(({ purchase }) => purchase.id);
  // A receiver that was started anew counts from 0.
  const since = (name: ReceiverName, index: number) =>
    after[name] - (shop[name].pid === lives[index] ? before[name] : 0);
  return {
    acknowledged,
    held: {
      warehouse: ids.filter((id) => warehouse!.has(id)).length,
      finance: ids.filter((id) => finance!.has(id)).length,
    },
    repeated: { warehouse: since('warehouse', 0), finance: since('finance', 1) },
    lost: ids.filter((id) => !warehouse!.has(id) || !finance!.has(id)).length,
  };
}

async function repeats(shop: Shop): Promise<Record<ReceiverName, number>> {
  const [warehouse, finance] = await Promise.all(receivers.map((name) => shop.received(name, 'duplicate')));
  return { warehouse: warehouse!, finance: finance! };
}

async function idsAt(shop: Shop, receiver: ReceiverName): Promise<Set<string>> {
  return new Set((await shop.audit(receiver)).map(({ id }) => id));
}
