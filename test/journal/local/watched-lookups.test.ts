import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';

import type { KeyLookup } from '../../../shared/journal/local/key-lookup.js';
import type { LookupStore } from '../../../shared/journal/local/lookup-store.js';
import { watchedLookups } from '../../../shared/journal/local/watched-lookups.js';
import { JournalFiles } from '../../support/journal-files.js';
import { sampleId, samplePurchase } from '../../support/sample-purchase.js';
import { temporaryDirectories } from '../../support/temporary-directory.js';

const newDirectory = temporaryDirectories();

/** Overwrites the index by which purchases are found, which opening does not read. */
function damageIndex(path: string): void {
  const database = new Database(path);
  database.pragma('wal_checkpoint(TRUNCATE)');
  const pageBytes = database.pragma('page_size', { simple: true }) as number;
  const pages = database
    .prepare<[], number>("SELECT pageno FROM dbstat WHERE name = 'sqlite_autoindex_purchases_1'")
    .pluck()
    .all();
  database.close();
  const descriptor = openSync(path, 'r+');
  for (const page of pages) writeSync(descriptor, Buffer.alloc(pageBytes, 0xff), 0, pageBytes, (page - 1) * pageBytes);
  closeSync(descriptor);
}

describe('look-ups in a database that is damaged', () => {
  it('end the process, in words: each purchase would be answered as a bug, for ever, by a service that calls itself ready', async () => {
    const files = new JournalFiles(newDirectory());
    await files.sell(1, 3);
    damageIndex(join(files.directory, 'checkout.sqlite'));
    const { journal, close } = await files.open();
    expect(journal.health()).toEqual({ ok: true });
    await expect(journal.find(sampleId(1))).rejects.toMatchObject({ code: 'SQLITE_CORRUPT' });
    await expect(journal.failed).rejects.toMatchObject({ name: 'JournalUnusableError' });
    await expect(journal.failed).rejects.toThrow(/checkout\.sqlite is damaged.*move the database away/);
    expect(journal.health()).toMatchObject({ ok: false });
    await expect(journal.append(samplePurchase(4))).rejects.toMatchObject({ code: 'SQLITE_CORRUPT' });
    await close();
  });

  it.each<[string, number]>([
    ['SQLITE_IOERR_READ', 1],
    ['SQLITE_BUSY', 0],
  ])('are told of once they cannot be trusted, as after %s or not', (code, told) => {
    const failing = {
      byKey: () => {
        throw Object.assign(new Error('as the disk says'), { code });
      },
    } as unknown as KeyLookup;
    const failures: unknown[] = [];
    const lookups = watchedLookups({} as unknown as LookupStore, failing, (error) => failures.push(error));
    expect(() => lookups.byKey({ key: 'key' })).toThrow('as the disk says');
    expect(failures).toHaveLength(told);
  });
});
