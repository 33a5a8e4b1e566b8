import type { DeliveryState, ReceiverName } from '../shop-client/index.js';
import type { Block } from './checkout-blocks.js';
import { compareBlock, type Comparison } from './compare-block.js';
import { EntryReader } from './entry-reader.js';
import type { PatientShop } from './patient-shop.js';
import { KindTally, MoneyTally } from './tally.js';
import type { BookEntry, EntryKind, ReceiverReport } from './types.js';

export interface ReceiverAuditOptions {
  readonly shop: PatientShop;
  readonly receiver: ReceiverName;
  readonly firstMax: number;
  /** Sequences up to it are not known to the checkout any more, and it says so. */
  readonly unknownBefore: number;
  /** The checkout had no outcome for sequences above it when the audit began, and owes them. Infinity: it owes none. */
  readonly owedAfter: number;
  /** Told of what is missing, block by block; the audit goes on when it has resolved. */
  readonly onMissing: ((receiver: ReceiverName, sequences: readonly number[]) => Promise<void>) | undefined;
}

/** What an entry is that the receiver does not hold. */
const absentAs: Readonly<Record<DeliveryState, EntryKind>> = {
  pending: 'inFlight',
  retrying: 'inFlight',
  parked: 'parked',
  discarded: 'discarded',
  confirmed: 'missing',
};

/**
 * Holds one receiver's book against the checkout's, block by block, while both grow.
 *
 * Why no order of events gives a false disagreement: what the checkout lists it lists for good, so a page of it is right
 * whenever it was read. A receiver stores before it confirms, and never lets go. Its page may have been read before a delivery
 * arrived; so of what seems absent the checkout is asked first what became of it, and the receiver is read once more after that: only
 * what was confirmed by then, and is not there afterwards, is missing.
 */
export class ReceiverAudit {
  readonly #options: ReceiverAuditOptions;
  readonly #reader: EntryReader;
  readonly #kinds = new Map<EntryKind, KindTally>();
  readonly #money = new MoneyTally();
  #entries = 0;

  constructor(options: ReceiverAuditOptions) {
    this.#options = options;
    const { shop, receiver } = options;
    this.#reader = new EntryReader((after) => shop.auditPage(receiver, after), shop.pageMax);
  }

  async judge(block: Block): Promise<void> {
    const rows = await this.#reader.takeUpTo(block.last);
    const first = compareBlock(block.purchases, rows);
    if (first.absent.length === 0) {
      this.#count(rows, first);
      return;
    }
    const { after, last } = block;
    const [begin, end] = [(first.absent[0]?.sequence ?? after + 1) - 1, first.absent.at(-1)?.sequence ?? last];
    const states = await this.#statesBetween(begin, end);
    // Only now: what has arrived meanwhile is there.
    const rowsAgain = await this.#rowsBetween(begin, end);
    const unchanged = rows.filter(({ sequence }) => sequence <= begin || sequence > end);
    const settled = [...unchanged, ...rowsAgain].toSorted((one, other) => one.sequence - other.sequence);
    const comparison = compareBlock(block.purchases, settled);
    this.#count(settled, comparison);
    const missing: number[] = [];
    for (const entry of comparison.absent) {
      const kind = this.#absentAs(entry.sequence, states);
      if (kind === 'missing') missing.push(entry.sequence);
      this.#tally(kind).add(entry);
    }
    if (missing.length > 0) await this.#options.onMissing?.(this.#options.receiver, missing);
  }

  /**
   * Judges what the receiver holds beyond the last block. The checkout is asked how far its log reaches after each page: a number
   * that it has not given out by then was made up. What it has given out meanwhile is newer than this audit.
   */
  async judgeRest(durableSequence: () => Promise<number>): Promise<void> {
    for await (const rows of this.#reader.rest()) {
      const durable = await durableSequence();
      const surplus = rows.filter(({ sequence }) => sequence > durable);
      this.#addRows(surplus);
      for (const row of surplus) this.#tally('surplus').add(row, 'the checkout has not come so far');
    }
  }

  get report(): ReceiverReport {
    const kindOf = (kind: EntryKind) => this.#tally(kind).kind;
    return {
      entries: this.#entries,
      money: this.#money.money,
      kinds: {
        ...{ matched: kindOf('matched'), missing: kindOf('missing'), surplus: kindOf('surplus') },
        ...{ duplicated: kindOf('duplicated'), amountDiffers: kindOf('amountDiffers') },
        ...{ inFlight: kindOf('inFlight'), parked: kindOf('parked'), discarded: kindOf('discarded') },
        ...{ notOwed: kindOf('notOwed'), unknown: kindOf('unknown') },
      },
    };
  }

  #count(rows: readonly BookEntry[], { matched, amountDiffers, duplicated, surplus }: Comparison): void {
    this.#addRows(rows);
    for (const entry of matched) this.#tally('matched').add(entry);
    for (const { entry, held } of amountDiffers) {
      this.#tally('amountDiffers').add(entry, `${words(entry)}, and there ${words(held)}`);
    }
    for (const entry of duplicated) this.#tally('duplicated').add(entry);
    for (const row of surplus) {
      const isUnknown = row.sequence <= this.#options.unknownBefore;
      this.#tally(isUnknown ? 'unknown' : 'surplus').add(row);
    }
  }

  #addRows(rows: readonly BookEntry[]): void {
    this.#entries += rows.length;
    this.#money.add(rows);
  }

  #tally(kind: EntryKind): KindTally {
    const tally = this.#kinds.get(kind) ?? new KindTally(this.#options.firstMax);
    this.#kinds.set(kind, tally);
    return tally;
  }

  #absentAs(sequence: number, states: ReadonlyMap<number, DeliveryState>): EntryKind {
    const state = states.get(sequence);
    if (state !== undefined) return absentAs[state];
    return sequence > this.#options.owedAfter ? 'inFlight' : 'notOwed';
  }

  async #statesBetween(after: number, last: number): Promise<Map<number, DeliveryState>> {
    const { shop, receiver } = this.#options;
    const states = new Map<number, DeliveryState>();
    for (let from = after; from < last;) {
      const page = await shop.deliveriesPage(receiver, from);
      for (const { sequence, state } of page) states.set(sequence, state);
      from = page.at(-1)?.sequence ?? last;
    }
    return states;
  }

  async #rowsBetween(after: number, last: number): Promise<BookEntry[]> {
    const { shop, receiver } = this.#options;
    const rows: BookEntry[] = [];
    for (let from = after; from < last;) {
      const page = await shop.auditPage(receiver, from);
      rows.push(...page.filter(({ sequence }) => sequence <= last));
      from = page.at(-1)?.sequence ?? last;
    }
    return rows;
  }
}

function words({ total, currency }: BookEntry): string {
  return `${total} ${currency}`;
}
