import type Database from 'better-sqlite3';

import type { EpochMs, Sequence } from '../../outbox/types.js';
import type { DecisionKind, DecisionQuery, DecisionRecord } from '../types.js';

interface DecisionRow {
  readonly number: number;
  readonly at: EpochMs;
  readonly what: DecisionKind;
  readonly destination: string;
  readonly sequence: Sequence | null;
  readonly why: string | null;
  readonly before: string | null;
  readonly rate: number | null;
}

/** The API thread's statements on what people decided, at any destination that ever was on record: reading only. */
export class DecisionLookups {
  readonly #destination;
  readonly #all;
  readonly #atDestination;
  readonly #ofDelivery;

  constructor(database: Database.Database) {
    const select = (from: string) =>
      `SELECT d.number, d.at, d.what, n.name AS destination, d.sequence, d.why, d.before, d.rate
       FROM ${from} JOIN destinations n ON n.number = d.destination`;
    const page = 'AND d.number > ? ORDER BY d.number LIMIT ?';
    this.#destination = database.prepare<[string], number>('SELECT number FROM destinations WHERE name = ?').pluck();
    this.#all = database.prepare<[number, number], DecisionRow>(`${select('decisions d')} WHERE true ${page}`);
    this.#atDestination = database.prepare<[number, number, number], DecisionRow>(
      `${select('decisions d INDEXED BY decisions_by_destination')} WHERE d.destination = ? ${page}`,
    );
    this.#ofDelivery = database.prepare<[number, number, number, number], DecisionRow>(
      `${select('decisions d INDEXED BY decisions_by_delivery')} WHERE d.destination = ? AND d.sequence = ? ${page}`,
    );
  }

  /** Undefined when no destination of that name was ever on record. */
  find({ destination, sequence, after, limit }: DecisionQuery): DecisionRecord[] | undefined {
    if (destination === undefined) return this.#all.all(after, limit).map(toDecision);
    const number = this.#destination.get(destination);
    if (number === undefined) return undefined;
    const rows =
      sequence === undefined
        ? this.#atDestination.all(number, after, limit)
        : this.#ofDelivery.all(number, sequence, after, limit);
    return rows.map(toDecision);
  }
}

function toDecision(row: DecisionRow): DecisionRecord {
  const { number, at, what, destination } = row;
  return {
    ...{ number, at, what, destination },
    sequence: row.sequence ?? undefined,
    why: row.why ?? undefined,
    before: row.before ?? undefined,
    ratePerSecond: row.rate ?? undefined,
  };
}
