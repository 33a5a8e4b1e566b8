import type Database from 'better-sqlite3';

import type { PurchaseLine, Reservation, ReservationLine, Summary } from './types.js';

/**
 * The warehouse's own tables, after the inbox.
 *
 * Triggers keep the totals: they run inside every transaction that adds a line, whoever writes it, and nothing that was
 * added can be changed or removed. So the totals cannot drift from the lines, and reading them costs one row.
 */
export const warehouseMigration = `
  CREATE TABLE stock (
    sku       TEXT    NOT NULL PRIMARY KEY,
    available INTEGER NOT NULL CHECK (available >= 0)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE reservations (
    purchase_id TEXT    NOT NULL COLLATE NOCASE PRIMARY KEY REFERENCES inbox (id),
    sequence    INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE reservation_lines (
    purchase_id TEXT    NOT NULL COLLATE NOCASE REFERENCES reservations (purchase_id),
    line        INTEGER NOT NULL,
    sku         TEXT    NOT NULL,
    quantity    INTEGER NOT NULL CHECK (quantity > 0),
    reserved    INTEGER NOT NULL CHECK (reserved BETWEEN 0 AND quantity),
    PRIMARY KEY (purchase_id, line)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE totals (
    only      INTEGER NOT NULL PRIMARY KEY CHECK (only = 1),
    purchases INTEGER NOT NULL,
    units     INTEGER NOT NULL
  ) STRICT;
  INSERT INTO totals VALUES (1, 0, 0);

  CREATE TRIGGER count_purchase AFTER INSERT ON reservations
    BEGIN UPDATE totals SET purchases = purchases + 1; END;
  CREATE TRIGGER count_units AFTER INSERT ON reservation_lines
    BEGIN UPDATE totals SET units = units + new.quantity; END;
  CREATE TRIGGER keep_reservations BEFORE DELETE ON reservations
    BEGIN SELECT raise(ABORT, 'reservations are kept'); END;
  CREATE TRIGGER keep_lines BEFORE DELETE ON reservation_lines
    BEGIN SELECT raise(ABORT, 'reservation lines are kept'); END;
  CREATE TRIGGER fix_lines BEFORE UPDATE ON reservation_lines
    BEGIN SELECT raise(ABORT, 'reservation lines are fixed'); END;
`;

type ReservationRow = Pick<Reservation, 'purchaseId' | 'sequence'>;
type LineRow = Pick<ReservationLine, 'sku' | 'quantity' | 'reserved'>;

/** Stock, and what is reserved of it. */
export class WarehouseStore {
  readonly #addStock: Database.Statement<[sku: string, available: number]>;
  readonly #available: Database.Statement<[sku: string], number>;
  readonly #take: Database.Statement<[quantity: number, sku: string]>;
  readonly #insertReservation: Database.Statement<[purchaseId: string, sequence: number]>;
  readonly #insertLine: Database.Statement<[id: string, line: number, sku: string, quantity: number, reserved: number]>;
  readonly #findReservation: Database.Statement<[purchaseId: string], ReservationRow>;
  readonly #findLines: Database.Statement<[purchaseId: string], LineRow>;
  readonly #summary: Database.Statement<[], Summary>;
  readonly #hasStock: Database.Statement<[], number>;
  readonly #database: Database.Database;

  constructor(database: Database.Database) {
    this.#database = database;
    this.#hasStock = database.prepare<[], number>('SELECT EXISTS (SELECT 1 FROM stock)').pluck();
    this.#addStock = database.prepare('INSERT INTO stock (sku, available) VALUES (?, ?)');
    this.#available = database.prepare<[string], number>('SELECT available FROM stock WHERE sku = ?').pluck();
    this.#take = database.prepare('UPDATE stock SET available = available - ? WHERE sku = ?');
    this.#insertReservation = database.prepare('INSERT INTO reservations (purchase_id, sequence) VALUES (?, ?)');
    this.#insertLine = database.prepare(
      'INSERT INTO reservation_lines (purchase_id, line, sku, quantity, reserved) VALUES (?, ?, ?, ?, ?)',
    );
    this.#findReservation = database.prepare(
      'SELECT purchase_id AS purchaseId, sequence FROM reservations WHERE purchase_id = ?',
    );
    this.#findLines = database.prepare(
      'SELECT sku, quantity, reserved FROM reservation_lines WHERE purchase_id = ? ORDER BY line',
    );
    this.#summary = database.prepare('SELECT purchases, units FROM totals');
  }

  /** Fills an empty warehouse; one that ever had stock is left as it is. */
  seedStock(stock: Readonly<Record<string, number>>): void {
    this.#database.transaction(() => {
      if (this.#hasStock.get() === 1) return;
      for (const [sku, available] of Object.entries(stock)) this.#addStock.run(sku, available);
    })();
  }

  /**
   * Reserves what there is and back-orders the rest: an order is never refused for want of stock. To be called inside the
   * transaction that marks the purchase as received; each SKU must stand on one line.
   */
  reserve(purchaseId: string, sequence: number, lines: readonly PurchaseLine[]): void {
    this.#insertReservation.run(purchaseId, sequence);
    lines.forEach(({ sku, quantity }, index) => {
      const reserved = Math.min(this.#available.get(sku) ?? 0, quantity);
      if (reserved > 0) this.#take.run(reserved, sku);
      this.#insertLine.run(purchaseId, index, sku, quantity, reserved);
    });
  }

  /** What is reserved for a purchase, if it was received. */
  findReservation(purchaseId: string): Reservation | undefined {
    const row = this.#findReservation.get(purchaseId);
    if (!row) return undefined;
    const lines = this.#findLines.all(purchaseId);
    return { ...row, lines: lines.map((line) => ({ ...line, backOrdered: line.quantity - line.reserved })) };
  }

  /** All that was ever received. */
  summary(): Summary {
    const summary = this.#summary.get();
    if (!summary) throw new Error('the warehouse has lost its totals');
    return summary;
  }
}
