import Database from 'better-sqlite3';
import express, { type Express } from 'express';
import { z } from 'zod';

import { parseBody } from '../../shared/http/index.js';
import { receiveEvents } from '../../shared/receiver/kit/index.js';

const purchase = z.object({
  type: z.literal('purchase.accepted'),
  data: z.object({ id: z.string(), customerId: z.string(), total: z.int().min(0) }),
});

/** Gives customers a point for each whole pound, euro or yen of what they bought. */
export function loyaltyService(file: string, secrets: readonly string[]): Express {
  const database = new Database(file);
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = FULL');
  database.exec('CREATE TABLE IF NOT EXISTS points (customer TEXT PRIMARY KEY, points INTEGER NOT NULL)');
  const points = database.prepare<[string], number>('SELECT points FROM points WHERE customer = ?').pluck();
  const add = database.prepare(
    'INSERT INTO points VALUES (?, ?) ON CONFLICT DO UPDATE SET points = points + excluded.points',
  );

  const app = express();
  const parse = (given: unknown) => parseBody(purchase, given);
  const apply = ({ data }: z.infer<typeof purchase>) => void add.run(data.customerId, Math.floor(data.total / 100));
  app.post('/events', receiveEvents({ database, secrets, parse, apply }));
  app.use(express.json());
  app.get('/points/:customer', (request, response) => {
    response.json({ points: points.get(request.params.customer) ?? 0 });
  });
  return app;
}
