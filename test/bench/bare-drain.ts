/*
 * node bare-drain.js COUNT BATCH CONCURRENCY URL …
 *
 * What delivering cannot do without: events that lie in memory, ready to be sent, each signed as a Standard Webhook and posted with
 * undici to every URL. No log, no records, no second try. Prints how long that took.
 */
import { cpuUsage } from 'node:process';

import { Pool } from 'undici';
import { v7 as uuidv7 } from 'uuid';

import { demoWebhookSecret } from '../../shared/environment/index.js';
import { createSigner } from '../../shared/outbox/sign-webhook.js';
import { orderTotal, purchaseEvent } from '../../shared/purchase/index.js';
import { numberedOrders } from './numbered-order.js';

interface Message {
  readonly id: string;
  readonly body: Buffer;
}

const [countText, batchText, concurrencyText, ...urls] = process.argv.slice(2);
const [count, batch, concurrency] = [Number(countText), Number(batchText), Number(concurrencyText)];
const sign = createSigner([demoWebhookSecret]);

const messages = prepare();
const cpuBefore = cpuUsage();
const start = performance.now();
await Promise.all(urls.map(sendAll));
const seconds = (performance.now() - start) / 1000;
const { user, system } = cpuUsage(cpuBefore);
process.stdout.write(JSON.stringify({ seconds, cpuSeconds: (user + system) / 1e6 }) + '\n');

function prepare(): Message[] {
  const orders = numberedOrders();
  const prepared: Message[] = [];
  for (let first = 1; first <= count; first += batch) {
    const last = Math.min(count, first + batch - 1);
    const events = Array.from({ length: last - first + 1 }, (_, index) => {
      const order = orders(first + index);
      const acceptedAt = new Date().toISOString();
      return purchaseEvent(first + index, { ...order, id: uuidv7(), total: orderTotal(order.items), acceptedAt });
    });
    const [event] = events;
    const single = batch === 1 && event !== undefined;
    prepared.push({
      id: single ? event.data.id : uuidv7(),
      body: Buffer.from(JSON.stringify(single ? event : events)),
    });
  }
  return prepared;
}

async function sendAll(url: string): Promise<void> {
  const { origin, pathname } = new URL(url);
  const pool = new Pool(origin, { connections: concurrency, pipelining: 1 });
  let next = 0;
  const sendOnAndOn = async () => {
    for (let message = messages[next++]; message !== undefined; message = messages[next++]) {
      await send(pool, pathname, message);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, sendOnAndOn));
  await pool.close();
}

async function send(pool: Pool, path: string, { id, body }: Message): Promise<void> {
  const timestamp = Math.floor(Date.now() / 1000);
  const answer = await pool.request({
    method: 'POST',
    path,
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(timestamp),
      'webhook-signature': sign(id, timestamp, body),
    },
    body,
  });
  const text = await answer.body.text();
  if (answer.statusCode !== 200) throw new Error(`a delivery was answered with ${answer.statusCode}: ${text}`);
}
