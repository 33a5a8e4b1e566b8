/** What an audit compares, and what it finds. Imports nothing. */

/** One purchase in one of the books: the checkout's, a receiver's, or what a customer was told. */
export interface BookEntry {
  /** Place in the checkout's log: 1, 2, 3 … */
  readonly sequence: number;
  readonly id: string;
  /** In minor units of the currency. */
  readonly total: number;
  readonly currency: string;
}

/** An entry that is one of its kind, with what there is to say of it. */
export interface Example {
  readonly sequence: number;
  readonly id: string;
  readonly detail?: string;
}

/** How many there are of a kind, and the first of them. */
export interface Kind {
  readonly count: number;
  readonly first: readonly Example[];
}

/** What may be wrong with an entry at a receiver. */
export type Disagreement =
  /** The receiver confirmed it to the checkout, and does not hold it. */
  | 'missing'
  /** The receiver holds an entry that the checkout never accepted under this number. */
  | 'surplus'
  /** It holds a purchase more than once. */
  | 'duplicated'
  /** It holds it for another sum or in another currency. */
  | 'amountDiffers';

/** Why a receiver need not hold an entry. */
export type Absence =
  /** To be delivered, or to be tried again. */
  | 'inFlight'
  /** The receiver said no for good: a person must decide. */
  | 'parked'
  /** A person gave it up. */
  | 'discarded'
  /** The destination came after it, or was removed. */
  | 'notOwed';

export type EntryKind =
  | Disagreement
  | Absence
  /** It is there once, for the right sum. */
  | 'matched'
  /** The checkout has lost what it knew of this number, and does not deny it. */
  | 'unknown';

/** Sums in minor units, by currency. */
export type Money = Readonly<Record<string, bigint>>;

/** What a receiver holds, held against the checkout. */
export interface ReceiverReport {
  /** Entries that it holds, up to the end of the audit; foreign ones too. */
  readonly entries: number;
  readonly money: Money;
  readonly kinds: Readonly<Record<EntryKind, Kind>>;
}

/** What customers were told, held against the checkout. */
export interface AcknowledgedReport {
  readonly told: number;
  /** The checkout does not have it, or not under this number. */
  readonly lost: Kind;
  /** The checkout has it for another sum. */
  readonly differs: Kind;
  /** The checkout has lost what it knew of this number, and does not deny it. */
  readonly unknown: Kind;
}

export interface AuditReport {
  /** The last entry that was judged: what came later is left to the next audit. */
  readonly end: number;
  readonly checkout: {
    readonly purchases: number;
    readonly money: Money;
    /** Numbers up to the end that the checkout itself cannot tell of, although it does not say that it lost them. */
    readonly gaps: Kind;
  };
  readonly warehouse: ReceiverReport;
  readonly finance: ReceiverReport;
  readonly acknowledged: AcknowledgedReport | undefined;
  /** No disagreement anywhere. What is in flight, parked, discarded or not owed is none. */
  readonly agrees: boolean;
  /** Nothing is in flight or parked either. */
  readonly settled: boolean;
}
