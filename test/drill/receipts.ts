import { orderTotal } from '../../shared/purchase/order-total.js';
import type { Acknowledged } from '../../shared/customers/purchase-stream.js';
import type { Audited, FinanceSummary, PurchaseView, WarehouseSummary } from '../../shared/shop-client/shop-answers.js';

const roomAtFirst = 4096;
const idBytes = 16;

/** What is kept of what a customer was told. */
interface Told extends Pick<Acknowledged, 'order'> {
  readonly purchase: Pick<PurchaseView, 'id' | 'sequence'>;
}

/**
 * What customers were told, in 25 bytes for each purchase, so that a day of sales can be kept: by sequence the id, what the order
 * comes to, and the currency.
 */
export class Receipts {
  /** What customers were told that cannot be true, in words. */
  readonly faults: string[] = [];
  #room = roomAtFirst;
  #ids = Buffer.alloc(roomAtFirst * idBytes);
  #totals = new Float64Array(roomAtFirst);
  /** Number of the currency and 1; 0: nobody was told of this sequence. */
  #currencies = new Uint8Array(roomAtFirst);
  readonly #currencyNames: string[] = [];
  readonly #sums: Record<string, number> = {};
  #count = 0;
  #units = 0;
  #end = 0;

  get count(): number {
    return this.#count;
  }

  /** The largest sequence that someone was told. */
  get end(): number {
    return this.#end;
  }

  get warehouse(): WarehouseSummary {
    return { purchases: this.#count, units: this.#units };
  }

  get finance(): FinanceSummary {
    return { purchases: this.#count, totals: { ...this.#sums }, balanced: true };
  }

  enter({ order, purchase: { id, sequence } }: Told): void {
    if (this.at(sequence) !== undefined) {
      this.faults.push(`number ${sequence} was given to two purchases, one of them ${id}`);
      return;
    }
    while (sequence >= this.#room) this.#grow();
    const total = orderTotal(order.items);
    this.#ids.write(id.replaceAll('-', ''), sequence * idBytes, 'hex');
    this.#totals[sequence] = total;
    this.#currencies[sequence] = this.#numberOf(order.currency) + 1;
    this.#count += 1;
    this.#end = Math.max(this.#end, sequence);
    this.#sums[order.currency] = (this.#sums[order.currency] ?? 0) + total;
    for (const { quantity } of order.items) this.#units += quantity;
  }

  /** What a customer was told of a sequence; undefined: nobody was told of it. */
  at(sequence: number): Audited | undefined {
    const currency = this.#currencyNames[(this.#currencies[sequence] ?? 0) - 1];
    const total = this.#totals[sequence];
    if (currency === undefined || total === undefined) return undefined;
    const hex = this.#ids.toString('hex', sequence * idBytes, (sequence + 1) * idBytes);
    return { sequence, id: hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'), total, currency };
  }

  #numberOf(currency: string): number {
    const known = this.#currencyNames.indexOf(currency);
    return known === -1 ? this.#currencyNames.push(currency) - 1 : known;
  }

  #grow(): void {
    this.#room *= 2;
    const ids = Buffer.alloc(this.#room * idBytes);
    ids.set(this.#ids);
    const totals = new Float64Array(this.#room);
    totals.set(this.#totals);
    const currencies = new Uint8Array(this.#room);
    currencies.set(this.#currencies);
    [this.#ids, this.#totals, this.#currencies] = [ids, totals, currencies];
  }
}
