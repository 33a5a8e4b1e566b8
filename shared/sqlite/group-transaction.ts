import type Database from 'better-sqlite3';

import { isWantOfSpace } from './want-of-space.js';

type Work<T> = () => T;

interface Waiting {
  work: Work<unknown>;
  resolve: (value: never) => void;
  reject: (error: unknown) => void;
}

/**
 * How long no commit follows a commit: so many times as long as that one took, and no longer than the maximum. A quiet time before
 * it counts, up to the maximum: only commits that come one close behind the other are held apart.
 */
export interface CommitRest {
  readonly part: number;
  readonly msMax: number;
}

/** What one transaction took, from BEGIN to the end of its sync. */
export interface CommittedGroup {
  /** Pieces of work that shared it. */
  readonly works: number;
  readonly ms: number;
}

/** The work was not done and left no trace: its group was closed first. */
export class GroupTransactionClosedError extends Error {
  override readonly name = 'GroupTransactionClosedError';

  constructor() {
    super('the database is being closed; nothing was written');
  }
}

/**
 * Group commit for SQLite: work that is handed in during one turn of the event loop runs in one transaction with one sync,
 * and each caller hears back once that sync has returned.
 *
 * A commit holds up its thread until the disk has answered. With a rest, work that comes soon after one is gathered for a while, so
 * that commits take no more than a part of the thread's time; after a quiet time work waits for nothing.
 *
 * Owns the order of transactions on its connection. Does not own the connection.
 *
 * 1. A caller's promise resolves only after the COMMIT returned.
 * 2. Work that throws is rolled back alone (a savepoint each); its neighbours commit.
 * 3. A full disk rolls the whole group back and tries it again later: the work waits, it is not lost. So work must be safe to
 *    run again, that is, change nothing but the database. Where the disk was found full by the last step of a commit (the index
 *    of SQLite's own log), a crash before the next try may yet bring what was rolled back.
 * 4. Any other failure of the transaction itself rejects everyone in the group.
 */
export class GroupTransaction {
  #waiting: Waiting[] = [];
  #cancelFlush: (() => void) | undefined;
  #closed = false;
  #diskFull = false;
  readonly #database: Database.Database;
  readonly #retryFullMs: number;
  readonly #rest: CommitRest;
  /** As `performance.now()` has it. */
  #restsUntil = 0;
  readonly #onDiskFull: (full: boolean) => void;
  readonly #onCommitted: ((group: CommittedGroup) => void) | undefined;
  readonly #begin: Database.Statement;
  readonly #end: Database.Statement;
  readonly #rollback: Database.Statement;
  readonly #savepoint: Database.Statement;
  readonly #release: Database.Statement;
  readonly #rollbackTo: Database.Statement;

  /**
   * `onDiskFull` is called once when work begins to wait for space, and once when it has been committed; `onCommitted` after each
   * commit, before those who wait for it. Neither must throw. Without `rest`, a commit follows the
   * other as soon as there is work.
   */
  constructor(
    database: Database.Database,
    options: {
      retryFullMs?: number;
      rest?: CommitRest;
      onDiskFull?: (full: boolean) => void;
      onCommitted?: ((group: CommittedGroup) => void) | undefined;
    } = {},
  ) {
    this.#database = database;
    this.#begin = database.prepare('BEGIN IMMEDIATE');
    this.#end = database.prepare('COMMIT');
    this.#rollback = database.prepare('ROLLBACK');
    this.#savepoint = database.prepare('SAVEPOINT work');
    this.#release = database.prepare('RELEASE work');
    this.#rollbackTo = database.prepare('ROLLBACK TO work');
    this.#retryFullMs = options.retryFullMs ?? 250;
    this.#rest = options.rest ?? { part: 0, msMax: 0 };
    this.#onDiskFull = options.onDiskFull ?? (() => undefined);
    this.#onCommitted = options.onCommitted;
  }

  /** True while the last commit failed for want of space. */
  get diskFull(): boolean {
    return this.#diskFull;
  }

  /**
   * Runs `work` inside the next transaction; resolves with its result once that is durable.
   *
   * @throws GroupTransactionClosedError after `close`
   */
  run<T>(work: Work<T>): Promise<T> {
    if (this.#closed) return Promise.reject(new GroupTransactionClosedError());
    return new Promise<T>((resolve, reject) => {
      this.#waiting.push({ work, resolve, reject });
      this.#schedule(this.#restsUntil - performance.now());
    });
  }

  /**
   * Commits what waits, now, and takes no more work. What cannot be committed for want of space is rejected with
   * GroupTransactionClosedError. Call it before the connection is closed; calling it twice does no harm.
   */
  close(): void {
    this.#closed = true;
    this.#cancelFlush?.();
    if (this.#waiting.length > 0) this.#flush();
    for (const { reject } of this.#waiting.splice(0)) reject(new GroupTransactionClosedError());
  }

  #schedule(delayMs: number): void {
    if (this.#closed || this.#cancelFlush) return;
    const flush = () => {
      this.#cancelFlush = undefined;
      this.#flush();
    };
    if (delayMs > 0) {
      const timer = setTimeout(flush, delayMs);
      this.#cancelFlush = () => {
        clearTimeout(timer);
      };
    } else {
      const immediate = setImmediate(flush);
      this.#cancelFlush = () => {
        clearImmediate(immediate);
      };
    }
  }

  #flush(): void {
    const group = this.#waiting;
    this.#waiting = [];
    let answers: (() => void)[];
    const startedAt = performance.now();
    try {
      answers = this.#commit(group);
    } catch (error) {
      if (isWantOfSpace(error)) {
        this.#setDiskFull(true);
        this.#waiting = [...group, ...this.#waiting];
        this.#schedule(this.#retryFullMs);
        return;
      }
      for (const { reject } of group) reject(error);
      return;
    }
    this.#setDiskFull(false);
    const endedAt = performance.now();
    const ms = endedAt - startedAt;
    const { part, msMax } = this.#rest;
    this.#restsUntil = Math.max(this.#restsUntil + ms, endedAt - msMax) + Math.min(ms * part, msMax);
    this.#onCommitted?.({ works: group.length, ms });
    for (const answer of answers) answer();
  }

  #setDiskFull(full: boolean): void {
    if (this.#diskFull === full) return;
    this.#diskFull = full;
    this.#onDiskFull(full);
  }

  #commit(group: readonly Waiting[]): (() => void)[] {
    this.#begin.run();
    try {
      const answers = group.map((waiting) => this.#runInSavepoint(waiting));
      this.#end.run();
      return answers;
    } catch (error) {
      // SQLite ends the transaction by itself on some errors, a full disk among them.
      if (this.#database.inTransaction) this.#rollback.run();
      throw error;
    }
  }

  #runInSavepoint({ work, resolve, reject }: Waiting): () => void {
    this.#savepoint.run();
    try {
      const result = work();
      this.#release.run();
      return () => {
        resolve(result as never);
      };
    } catch (error) {
      if (!this.#database.inTransaction || isWantOfSpace(error)) throw error;
      this.#rollbackTo.run();
      this.#release.run();
      return () => {
        reject(error);
      };
    }
  }
}
