import type { Acknowledged } from '../../shared/customers/index.js';
import type { Audited, ReceiverName, ShopClient } from '../../shared/shop-client/index.js';

/** Purchases, and their sums in minor units, by currency. */
export interface Book {
  readonly purchases: number;
  readonly money: Readonly<Record<string, number>>;
}

/** What customers were told, beside what the receivers hold. */
export interface Books {
  readonly told: Book;
  readonly held: Readonly<Record<ReceiverName, Book>>;
  /** Acknowledged, and missing at one of them or both. */
  readonly lost: readonly string[];
  /** What else does not agree, in words; empty: each purchase is there once, for what was ordered, and nothing else is. */
  readonly faults: readonly string[];
}

/** Compares the books purchase by purchase. Everything must have been delivered. */
export async function compareBooks(shop: ShopClient, acknowledged: readonly Acknowledged[]): Promise<Books> {
  const told = new Map(acknowledged.map(({ purchase }) => [purchase.id, purchase]));
  const lost = new Set<string>();
  const faults: string[] = [];
  const compare = async (receiver: ReceiverName): Promise<Book> => {
    const rows = await shop.audit(receiver);
    const found = new Set<string>();
    for (const row of rows) {
      const purchase = told.get(row.id);
      if (!purchase) faults.push(`${receiver} has ${row.id}, which nobody bought`);
      else if (found.has(row.id)) faults.push(`${receiver} has ${row.id} twice`);
      else if (words(purchase) !== words(row)) {
        faults.push(`${receiver} has ${row.id} as ${words(row)}, and the customer was told ${words(purchase)}`);
      }
      found.add(row.id);
    }
    for (const id of told.keys()) if (!found.has(id)) lost.add(id);
    return { purchases: rows.length, money: sums(rows) };
  };
  const [warehouse, finance] = [await compare('warehouse'), await compare('finance')];
  const sold = { purchases: told.size, money: sums([...told.values()]) };
  return { told: sold, held: { warehouse, finance }, lost: [...lost], faults };
}

export function agree({ lost, faults }: Books): boolean {
  return lost.length === 0 && faults.length === 0;
}

function words({ sequence, total, currency }: Omit<Audited, 'id'>): string {
  return `number ${sequence} for ${total} ${currency}`;
}

function sums(rows: readonly { readonly currency: string; readonly total: number }[]): Record<string, number> {
  const money: Record<string, number> = {};
  for (const { currency, total } of rows) money[currency] = (money[currency] ?? 0) + total;
  return money;
}
