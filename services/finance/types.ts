/** One side of a posting. One of the two amounts is 0; both are in minor units of the posting's currency. */
export interface PostingLine {
  readonly account: Account;
  readonly debit: number;
  readonly credit: number;
}

/** The accounts of this ledger. */
export type Account = 'accounts-receivable' | 'sales';

/** What a purchase does to the ledger. The debits of its lines add up to their credits. */
export interface Posting {
  readonly purchaseId: string;
  readonly sequence: number;
  /** ISO 4217 alphabetic code. */
  readonly currency: string;
  readonly lines: readonly PostingLine[];
}

/** Sums over a run of the ledger, in one currency. Exact, however much was sold. */
export interface LedgerSum {
  readonly currency: string;
  readonly debit: bigint;
  readonly credit: bigint;
  /** Credited to sales. */
  readonly sales: bigint;
}

/** A run of the ledger, added up. */
export interface LedgerRun {
  /** Number of the last posting in it. */
  readonly lastEntry: number;
  readonly purchases: number;
  readonly sums: readonly LedgerSum[];
}

/** All postings, and what was sold in each currency, in its minor units. */
export interface Summary {
  readonly purchases: number;
  readonly totals: Readonly<Record<string, number>>;
  /** Whether debits and credits are equal in every currency. */
  readonly balanced: boolean;
}
