import type Database from 'better-sqlite3';

import type { PurchaseRecord } from '../../../shared/purchase/index.js';

interface Waiting {
  readonly record: PurchaseRecord;
  readonly resolve: (sequence: number) => void;
  readonly reject: (reason: unknown) => void;
}

/** Writes in one transaction what one turn of the event loop has brought, and answers once it is committed. */
export class CommitGroup {
  readonly #write: (waiting: readonly Waiting[]) => number[];
  #waiting: Waiting[] = [];

  constructor(database: Database.Database, write: (record: PurchaseRecord) => number) {
    this.#write = database.transaction((waiting: readonly Waiting[]) => waiting.map(({ record }) => write(record)));
  }

  add(record: PurchaseRecord): Promise<number> {
    return new Promise((resolve, reject) => {
      if (this.#waiting.length === 0) {
        setImmediate(() => {
          this.#commit();
        });
      }
      this.#waiting.push({ record, resolve, reject });
    });
  }

  #commit(): void {
    const group = this.#waiting;
    this.#waiting = [];
    try {
      const sequences = this.#write(group);
      group.forEach(({ resolve }, index) => {
        resolve(sequences[index] ?? 0);
      });
    } catch (error) {
      for (const { reject } of group) reject(error);
    }
  }
}
