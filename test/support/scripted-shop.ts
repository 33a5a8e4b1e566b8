import type { AuditedShop } from '../../shared/audit/patient-shop.js';
import type { BookEntry } from '../../shared/audit/types.js';
import {
  receivers,
  type CheckoutStatus,
  type DeliveryState,
  type ListedDelivery,
  type ReceiverName,
} from '../../shared/shop-client/index.js';
import { sampleId } from './sample-purchase.js';

type AuditedMethod = keyof AuditedShop;

/** What was asked of the shop: a method, of whom, and after which sequence. */
export interface Asked {
  readonly method: AuditedMethod;
  readonly receiver?: ReceiverName;
  readonly after?: number;
}

/** A receiver's book, and what the checkout has on record of the deliveries to it; what is owed and has no outcome is pending. */
export class ScriptedReceiver {
  rows: BookEntry[] = [];
  readonly outcomes = new Map<number, DeliveryState>();
  startAfter = 0;
  removed = false;

  /** As a receiver does: it stores, and the checkout records the confirmation later. */
  hold(...rows: readonly BookEntry[]): void {
    this.rows.push(...rows);
  }

  confirm(...sequences: readonly number[]): void {
    for (const sequence of sequences) this.outcomes.set(sequence, 'confirmed');
  }

  drop(sequence: number): void {
    this.rows = this.rows.filter((row) => row.sequence !== sequence);
  }
}

/** A shop made of plain lists, which answers as the services do. What a test wants to happen meanwhile, `before` does. */
export class ScriptedShop implements AuditedShop {
  readonly purchases: BookEntry[] = [];
  readonly warehouse = new ScriptedReceiver();
  readonly finance = new ScriptedReceiver();
  readonly asked: Asked[] = [];
  durableSequence = 0;
  unknownBefore = 0;
  /** Accepted, listed, and not yet among those that deliveries are listed of. */
  notProjected = new Set<number>();
  /** Called before each answer. What it throws is the answer. */
  before: (asked: Asked) => void | Promise<void> = () => undefined;

  /** Purchases 1 to `count`. */
  accept(count: number): void {
    for (let left = count; left > 0; left -= 1) this.purchases.push(entry((this.durableSequence += 1)));
  }

  /** Purchases 1 to `count`, held and confirmed by both. */
  static settled(count: number): ScriptedShop {
    const shop = new ScriptedShop();
    shop.accept(count);
    for (const receiver of receivers) shop.deliver(receiver, ...shop.purchases.map(({ sequence }) => sequence));
    return shop;
  }

  deliver(receiver: ReceiverName, ...sequences: readonly number[]): void {
    this[receiver].hold(...sequences.map((sequence) => this.purchase(sequence)));
    this[receiver].confirm(...sequences);
  }

  purchase(sequence: number): BookEntry {
    const found = this.purchases.find((each) => each.sequence === sequence);
    if (!found) throw new Error(`there is no purchase ${sequence}`);
    return found;
  }

  async status(): Promise<CheckoutStatus> {
    await this.#note({ method: 'status' });
    const destination = (receiver: ReceiverName) => ({
      state: this[receiver].removed ? 'removed' : 'served',
      cursor: this.#cursor(receiver),
    });
    return {
      log: { durableSequence: this.durableSequence },
      destinations: { warehouse: destination('warehouse'), finance: destination('finance') },
      recovery: { unknownBefore: this.unknownBefore },
    } as unknown as CheckoutStatus;
  }

  async purchasesPage(after: number, limit: number): Promise<BookEntry[]> {
    await this.#note({ method: 'purchasesPage', after });
    return this.purchases.filter(({ sequence }) => sequence > after).slice(0, limit);
  }

  async auditPage(receiver: ReceiverName, after: number, limit: number): Promise<BookEntry[]> {
    await this.#note({ method: 'auditPage', receiver, after });
    const rows = this[receiver].rows
      .filter(({ sequence }) => sequence > after)
      .toSorted((one, other) => one.sequence - other.sequence || one.id.localeCompare(other.id));
    const last = rows[limit - 1]?.sequence ?? Infinity;
    return rows.filter(({ sequence }) => sequence <= last);
  }

  async deliveriesPage(destination: string, after: number, limit: number): Promise<ListedDelivery[]> {
    const receiver = destination as ReceiverName;
    await this.#note({ method: 'deliveriesPage', receiver, after });
    return this.purchases
      .flatMap(({ sequence }) => {
        const state = sequence > after ? this.#stateOf(receiver, sequence) : undefined;
        return state === undefined ? [] : [{ sequence, destination, state }];
      })
      .slice(0, limit);
  }

  #stateOf(receiver: ReceiverName, sequence: number): DeliveryState | undefined {
    const { outcomes, removed, startAfter } = this[receiver];
    const isPending = !removed && sequence > startAfter && !this.notProjected.has(sequence);
    return outcomes.get(sequence) ?? (isPending ? 'pending' : undefined);
  }

  #cursor(receiver: ReceiverName): number {
    const { startAfter, outcomes } = this[receiver];
    let cursor = startAfter;
    while (outcomes.has(cursor + 1)) cursor += 1;
    return cursor;
  }

  async #note(asked: Asked): Promise<void> {
    this.asked.push(asked);
    await this.before(asked);
  }
}

/** A purchase by its number; the same one each time. */
export function entry(sequence: number, changes: Partial<BookEntry> = {}): BookEntry {
  return { sequence, id: sampleId(sequence), total: 100 + sequence, currency: 'GBP', ...changes };
}
