/*
 * better-sqlite3: one row for each purchase, either committed by the request itself, or together with whatever else one turn of
 * the event loop has brought. A worker of the first kind deletes each row alone, one of the second kind a page at a time.
 */
import type Database from 'better-sqlite3';

import { decodeRecord, encodeRecord, type PurchaseRecord } from '../../../shared/purchase/index.js';
import { receivers } from '../../../shared/shop-client/index.js';
import { openDatabase } from '../../../shared/sqlite/index.js';
import { CommitGroup } from './commit-group.js';
import { Pages } from './pages.js';
import type { Kept, Peer } from './types.js';

const pageSize = 100;
const pagesAtATime = 2;

/** A database for purchases: WAL mode, synced at each commit. */
export function openPurchases(path: string): Database.Database {
  return openDatabase(path, [
    'CREATE TABLE purchases (sequence INTEGER PRIMARY KEY AUTOINCREMENT, record BLOB NOT NULL)',
  ]);
}

interface Row {
  readonly sequence: number;
  readonly record: Buffer;
}

export const sqliteEach = sqlitePeer({ grouped: false });
export const sqliteGrouped = sqlitePeer({ grouped: true });

function sqlitePeer({ grouped }: { grouped: boolean }): Peer {
  return {
    openStore(address) {
      const database = openPurchases(address);
      const insert = database.prepare<[Buffer]>('INSERT INTO purchases (record) VALUES (?)');
      const write = (record: PurchaseRecord) => Number(insert.run(encodeRecord(record)).lastInsertRowid);
      const group = new CommitGroup(database, write);
      return Promise.resolve({
        keep: grouped ? (record) => group.add(record) : (record) => Promise.resolve(write(record)),
        close: () => Promise.resolve(void database.close()),
      });
    },

    openDelivery(address, posts) {
      const database = openPurchases(address);
      const readPage = database.prepare<[number], Row>(
        `SELECT sequence, record FROM purchases WHERE sequence > ? ORDER BY sequence LIMIT ${pageSize}`,
      );
      const remove = database.prepare<[number]>('DELETE FROM purchases WHERE sequence = ?');
      const count = database.prepare<[], number>('SELECT count(*) FROM purchases').pluck();
      const removeAll = database.transaction((page: readonly Kept[]) => {
        for (const { sequence } of page) remove.run(sequence);
      });
      const post = (page: readonly Kept[]) => Promise.all(receivers.map((receiver) => posts.to(receiver, page)));
      const deliverAlone = async (kept: Kept) => {
        await post([kept]);
        remove.run(kept.sequence);
      };
      const deliver = async (page: readonly Kept[]) => {
        if (grouped) {
          await post(page);
          removeAll(page);
        } else {
          await Promise.all(page.map(deliverAlone));
        }
      };

      let readUpTo = 0;
      const pages = new Pages(pagesAtATime, async () => {
        const page = readPage
          .all(readUpTo)
          .map(({ sequence, record }): Kept => ({ sequence, record: decodeRecord(record) }));
        const [first] = page;
        if (first === undefined) return false;
        readUpTo = page.at(-1)?.sequence ?? readUpTo;
        try {
          await deliver(page);
        } catch (error) {
          // What was posted is posted again: a receiver knows a repeat by its id.
          readUpTo = Math.min(readUpTo, first.sequence - 1);
          throw error;
        }
        return true;
      });
      return Promise.resolve({
        start: () => {
          pages.start();
        },
        stop: () => pages.stop(),
        remaining: () => Promise.resolve((count.get() ?? 0) * receivers.length),
        close: () => Promise.resolve(void database.close()),
      });
    },
  };
}
