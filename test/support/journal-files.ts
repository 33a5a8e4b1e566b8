import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { expect } from '@jest/globals';

import type { Sequence } from '../../shared/journal/types.js';
import { appendReadable } from './append-readable.js';
import { openTestJournal, type TestJournal } from './open-test-journal.js';
import { confirmed } from './sample-outcome.js';

/** The files of a journal that is closed: what a person who restores copies of them can do. */
export class JournalFiles {
  readonly directory: string;
  readonly #copies: string;

  /** @param parent a folder of the test's own */
  constructor(parent: string) {
    this.directory = join(parent, 'data');
    this.#copies = parent;
  }

  open(): Promise<TestJournal> {
    return openTestJournal(this.directory, { segmentBytes: 1, destinations: ['warehouse'] });
  }

  /** Opens it, has sample purchases `from` to `to` bought, each in a segment of its own, and closes it. */
  async sell(from: number, to: number): Promise<void> {
    const test = await this.open();
    for (let number = from; number <= to; number += 1) await appendReadable(test, number, number);
    await test.close();
  }

  /** Opens it, has everything up to `last` confirmed, waits until the log is pruned, and closes it. */
  async confirm(last: number): Promise<void> {
    const test = await this.open();
    const { cursor } = await test.delivery.openLane('warehouse');
    for (let number = cursor + 1; number <= last; number += 1) {
      await test.delivery.settle('warehouse', [confirmed(number)]);
    }
    // The last segment stays, however far the mark has come.
    const { durableSequence } = test.journal.recovery;
    const first = Math.min(last + 1, durableSequence);
    while ((await test.journal.progress()).log.firstSequence < first) await new Promise(setImmediate);
    await test.close();
  }

  /** Opens and closes it: which purchases were there, and what the warehouse is owed. */
  async found() {
    const { journal, delivery, close } = await this.open();
    const purchases = await journal.purchases(0 as Sequence, 100);
    const { cursor } = await delivery.openLane('warehouse');
    const { lowWaterMark, unknownBefore, outcomesForgotten } = journal.recovery;
    await close();
    const ids = purchases.map(({ record }) => record.purchase.id);
    return { ids, cursor, lowWaterMark, unknownBefore, outcomesForgotten };
  }

  /** What a person is told when it cannot be opened; twice the same, or the first attempt has changed what matters. */
  async refusal(): Promise<string> {
    const refused = async () => {
      const error: unknown = await this.open().catch((error: unknown) => error);
      expect(error).toMatchObject({ name: 'JournalUnusableError', code: 'unusable' });
      return (error as Error).message;
    };
    const first = await refused();
    expect(await refused()).toBe(first);
    return first;
  }

  /** A copy of everything as it is now. */
  copy(): string {
    const copy = mkdtempSync(join(this.#copies, 'copy-'));
    cpSync(this.directory, copy, { recursive: true });
    return copy;
  }

  removeDatabase(endings: readonly string[] = ['', '-wal', '-shm']): void {
    for (const ending of endings) rmSync(join(this.directory, `checkout.sqlite${ending}`), { force: true });
  }

  /** Puts the database of a copy in the place of the one that is there. */
  restoreDatabase(copy: string, endings: readonly string[] = ['', '-wal']): void {
    this.removeDatabase();
    for (const ending of endings) {
      cpSync(join(copy, `checkout.sqlite${ending}`), join(this.directory, `checkout.sqlite${ending}`));
    }
  }

  /** Puts the log of a copy in the place of the one that is there. */
  restoreLog(copy: string): void {
    rmSync(join(this.directory, 'log'), { recursive: true });
    cpSync(join(copy, 'log'), join(this.directory, 'log'), { recursive: true });
  }

  /** Paths of the log's segments, oldest first. */
  segments(): string[] {
    const log = join(this.directory, 'log');
    const names = readdirSync(log).filter((name) => name.endsWith('.wal'));
    return names.toSorted().map((name) => join(log, name));
  }

  /** A digest of every file but those that only coordinate. */
  contents(): Record<string, string> {
    const names = readdirSync(this.directory, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !/^lock$|-shm$/.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name));
    return Object.fromEntries(
      names.map((name) => [name, createHash('sha256').update(readFileSync(name)).digest('hex')]),
    );
  }
}
