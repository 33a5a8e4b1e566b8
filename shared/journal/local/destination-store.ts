import type Database from 'better-sqlite3';

import type { Decided, EpochMs, Sequence } from '../../outbox/types.js';
import { DecisionStore } from './decision-store.js';

/** A destination as it is on record. */
export interface RecordedDestination {
  readonly name: string;
  readonly cursor: Sequence;
  /** It was removed, and is owed nothing. */
  readonly removed: boolean;
}

type RecordedRow = Omit<RecordedDestination, 'removed'> & { readonly removed: number };

/** The worker's statements on destinations as such. Calls run inside the caller's transaction. */
export class DestinationStore {
  readonly #decisions: DecisionStore;
  readonly #add;
  readonly #all;
  readonly #owed;
  readonly #unowedUpTo;
  readonly #setRemoved;
  readonly #exists;
  readonly #setPaused;
  readonly #setCatchUpRate;

  constructor(database: Database.Database, decisions = new DecisionStore(database)) {
    this.#decisions = decisions;
    this.#add = database.prepare<[string, number, number, number | null]>(
      'INSERT INTO destinations (name, start_after, cursor, catch_up_rate) VALUES (?, ?, ?, ?)',
    );
    this.#all = database.prepare<[], RecordedRow>(
      'SELECT name, cursor, removed_at IS NOT NULL AS removed FROM destinations ORDER BY number',
    );
    this.#owed = database
      .prepare<[], string>('SELECT name FROM destinations WHERE removed_at IS NULL ORDER BY number')
      .pluck();
    this.#unowedUpTo = database
      .prepare<[], number | null>('SELECT min(start_after) FROM destinations WHERE removed_at IS NULL')
      .pluck();
    const update = <Value>(column: string) =>
      database.prepare<[Value, string]>(`UPDATE destinations SET ${column} = ? WHERE name = ?`);
    this.#setRemoved = update<number | null>('removed_at');
    this.#exists = database.prepare<[string], number>('SELECT number FROM destinations WHERE name = ?');
    this.#setPaused = database.prepare<[number, string, number]>(
      'UPDATE destinations SET paused = ? WHERE name = ? AND paused <> ?',
    );
    this.#setCatchUpRate = database.prepare<[number | null, string, number | null]>(
      'UPDATE destinations SET catch_up_rate = ? WHERE name = ? AND catch_up_rate IS NOT ?',
    );
  }

  all(): RecordedDestination[] {
    return this.#all.all().map((row) => ({ ...row, removed: row.removed === 1 }));
  }

  /** Names of those that every purchase is owed to. */
  owed(): string[] {
    return this.#owed.all();
  }

  /** Every purchase up to here is owed to nobody; Infinity: so is every other. */
  unowedUpTo(): number {
    return this.#unowedUpTo.get() ?? Infinity;
  }

  /** Enters one that is owed nothing up to `startAfter`. @throws if it is there already */
  add(name: string, startAfter: Sequence, catchUpRatePerSecond?: number): void {
    this.#add.run(name, startAfter, startAfter, catchUpRatePerSecond ?? null);
  }

  /** From now on it is owed nothing. */
  remove(name: string, at: EpochMs): void {
    changeOne(this.#setRemoved.run(at, name), name);
  }

  /** It is owed again what it has not got. */
  restore(name: string): void {
    changeOne(this.#setRemoved.run(null, name), name);
  }

  /** Holds or releases it, and sets its rate where one is given (null: none). What is so already leaves no decision behind. */
  setPaused(name: string, paused: boolean, decided: Decided, catchUpRatePerSecond?: number | null): void {
    if (!this.#exists.get(name)) throw new Error(`there is no destination ${name} on record`);
    const { changes } = this.#setPaused.run(Number(paused), name, Number(paused));
    const rated = catchUpRatePerSecond !== undefined && this.setCatchUpRate(name, catchUpRatePerSecond);
    if (changes === 0 && !rated) return;
    this.#decisions.record({
      ...{ what: paused ? 'pause' : 'resume', destination: name, ...decided },
      ...(typeof catchUpRatePerSecond === 'number' && { ratePerSecond: catchUpRatePerSecond }),
    });
  }

  /** Returns whether that changed anything. */
  setCatchUpRate(name: string, ratePerSecond: number | null): boolean {
    return this.#setCatchUpRate.run(ratePerSecond, name, ratePerSecond).changes > 0;
  }
}

function changeOne({ changes }: Database.RunResult, name: string): void {
  if (changes !== 1) throw new Error(`there is no destination ${name} on record`);
}
