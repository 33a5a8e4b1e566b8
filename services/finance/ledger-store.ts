import type Database from 'better-sqlite3';

import type { LedgerRun, LedgerSum, Posting, PostingLine } from './types.js';

/**
 * The ledger, after the inbox. It only ever grows: what was posted cannot be changed or removed, so that sums over its
 * beginning stay true.
 */
export const ledgerMigration = `
  CREATE TABLE entries (
    entry       INTEGER NOT NULL PRIMARY KEY,
    purchase_id TEXT    NOT NULL COLLATE NOCASE UNIQUE REFERENCES inbox (id),
    sequence    INTEGER NOT NULL,
    currency    TEXT    NOT NULL
  ) STRICT;

  CREATE TABLE entry_lines (
    entry   INTEGER NOT NULL REFERENCES entries (entry),
    line    INTEGER NOT NULL,
    account TEXT    NOT NULL,
    debit   INTEGER NOT NULL CHECK (debit >= 0),
    credit  INTEGER NOT NULL CHECK (credit >= 0),
    PRIMARY KEY (entry, line),
    CHECK (debit = 0 OR credit = 0)
  ) STRICT, WITHOUT ROWID;

  CREATE TRIGGER keep_entries BEFORE DELETE ON entries
    BEGIN SELECT raise(ABORT, 'the ledger only grows'); END;
  CREATE TRIGGER fix_entries BEFORE UPDATE ON entries
    BEGIN SELECT raise(ABORT, 'the ledger only grows'); END;
  CREATE TRIGGER keep_lines BEFORE DELETE ON entry_lines
    BEGIN SELECT raise(ABORT, 'the ledger only grows'); END;
  CREATE TRIGGER fix_lines BEFORE UPDATE ON entry_lines
    BEGIN SELECT raise(ABORT, 'the ledger only grows'); END;
`;

/** A bug: a posting whose debits and credits differ. Nothing of it was written. */
export class UnbalancedPostingError extends Error {
  override readonly name = 'UnbalancedPostingError';
}

type EntryRow = Omit<Posting, 'lines'> & { readonly entry: number };
interface RunRow {
  readonly lastEntry: number | null;
  readonly purchases: number;
}
type LineRow = [entry: number | bigint, line: number, account: string, debit: number, credit: number];

/** The double-entry ledger. */
export class LedgerStore {
  readonly #insertEntry: Database.Statement<[purchaseId: string, sequence: number, currency: string]>;
  readonly #insertLine: Database.Statement<LineRow>;
  readonly #findEntry: Database.Statement<[purchaseId: string], EntryRow>;
  readonly #findLines: Database.Statement<[entry: number], PostingLine>;
  readonly #nextRun: Database.Statement<[after: number, limit: number], RunRow>;
  readonly #sums: Database.Statement<[after: number, last: number], LedgerSum>;

  constructor(database: Database.Database) {
    this.#insertEntry = database.prepare('INSERT INTO entries (purchase_id, sequence, currency) VALUES (?, ?, ?)');
    this.#insertLine = database.prepare(
      'INSERT INTO entry_lines (entry, line, account, debit, credit) VALUES (?, ?, ?, ?, ?)',
    );
    this.#findEntry = database.prepare(
      'SELECT entry, purchase_id AS purchaseId, sequence, currency FROM entries WHERE purchase_id = ?',
    );
    this.#findLines = database.prepare('SELECT account, debit, credit FROM entry_lines WHERE entry = ? ORDER BY line');
    this.#nextRun = database.prepare(`
      SELECT max(entry) AS lastEntry, count(*) AS purchases
      FROM (SELECT entry FROM entries WHERE entry > ? ORDER BY entry LIMIT ?)
    `);
    this.#sums = database
      .prepare<[number, number], LedgerSum>(
        `
      SELECT currency, sum(debit) AS debit, sum(credit) AS credit,
             sum(CASE account WHEN 'sales' THEN credit ELSE 0 END) AS sales
      FROM entries JOIN entry_lines USING (entry)
      WHERE entry > ? AND entry <= ?
      GROUP BY currency
    `,
      )
      .safeIntegers();
  }

  /**
   * Enters a posting. To be called inside the transaction that marks the purchase as received.
   *
   * @throws UnbalancedPostingError
   */
  post(posting: Posting): void {
    requireBalance(posting);
    const { purchaseId, sequence, currency, lines } = posting;
    const entry = this.#insertEntry.run(purchaseId, sequence, currency).lastInsertRowid;
    lines.forEach(({ account, debit, credit }, index) => {
      this.#insertLine.run(entry, index, account, debit, credit);
    });
  }

  /** What was posted for a purchase, if it was received. */
  findPosting(purchaseId: string): Posting | undefined {
    const row = this.#findEntry.get(purchaseId);
    if (!row) return undefined;
    const { entry, ...posting } = row;
    return { ...posting, lines: this.#findLines.all(entry) };
  }

  /** Adds up at most `limit` postings after one; undefined if there are none. */
  addUp(afterEntry: number, limit: number): LedgerRun | undefined {
    const { lastEntry = null, purchases = 0 } = this.#nextRun.get(afterEntry, limit) ?? {};
    if (lastEntry === null) return undefined;
    return { lastEntry, purchases, sums: this.#sums.all(afterEntry, lastEntry) };
  }
}

function requireBalance({ purchaseId, lines }: Posting): void {
  let balance = 0n;
  for (const { debit, credit } of lines) balance += BigInt(debit) - BigInt(credit);
  if (balance === 0n) return;
  throw new UnbalancedPostingError(`the posting for ${purchaseId} is out of balance by ${balance.toString()}`);
}
