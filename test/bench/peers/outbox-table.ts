/*
 * The outbox table: one row for each purchase, written by one INSERT that is a transaction of its own, on a pool of connections.
 * A worker locks a page of rows that no other has locked, posts them to both receivers, and deletes them in the same transaction.
 */
import pg from 'pg';

import type { PurchaseRecord } from '../../../shared/purchase/index.js';
import { receivers } from '../../../shared/shop-client/index.js';
import { Pages } from './pages.js';
import type { Kept, Peer } from './types.js';

const connections = 20;
const pageSize = 100;
const pagesAtATime = 2;

const createTable = `CREATE TABLE IF NOT EXISTS outbox (
  sequence bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  record jsonb NOT NULL
)`;
const insert = { name: 'insert', text: 'INSERT INTO outbox (record) VALUES ($1) RETURNING sequence' };
const lockPage = {
  name: 'lock-page',
  text: `SELECT sequence, record FROM outbox ORDER BY sequence LIMIT ${pageSize} FOR UPDATE SKIP LOCKED`,
};
const deletePage = { name: 'delete-page', text: 'DELETE FROM outbox WHERE sequence = ANY ($1::bigint[])' };

/** A bigint comes as text. */
interface Row {
  readonly sequence: string;
  readonly record: PurchaseRecord;
}

export const outboxTable: Peer = {
  async openStore(address) {
    const pool = new pg.Pool({ connectionString: address, max: connections });
    await pool.query(createTable);
    return {
      async keep(record) {
        const { rows } = await pool.query<Pick<Row, 'sequence'>>({ ...insert, values: [record] });
        return Number(rows[0]?.sequence);
      },
      close: () => pool.end(),
    };
  },

  async openDelivery(address, posts) {
    const pool = new pg.Pool({ connectionString: address, max: pagesAtATime });
    await pool.query(createTable);

    const post = (page: readonly Kept[]) => Promise.all(receivers.map((receiver) => posts.to(receiver, page)));
    const pages = new Pages(pagesAtATime, async () => {
      const client = await pool.connect();
      try {
        await client.query('BEGIN');
        const { rows } = await client.query<Row>(lockPage);
        if (rows.length > 0) {
          await post(rows.map(({ sequence, record }) => ({ sequence: Number(sequence), record })));
          await client.query({ ...deletePage, values: [rows.map(({ sequence }) => sequence)] });
        }
        await client.query('COMMIT');
        return rows.length > 0;
      } catch (error) {
        await client.query('ROLLBACK');
        throw error;
      } finally {
        client.release();
      }
    });
    return {
      start: () => {
        pages.start();
      },
      stop: () => pages.stop(),
      async remaining() {
        const { rows } = await pool.query<{ count: string }>('SELECT count(*) FROM outbox');
        return Number(rows[0]?.count) * receivers.length;
      },
      close: () => pool.end(),
    };
  },
};
