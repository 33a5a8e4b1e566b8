import { Pool } from 'undici';

import { body } from './durable-checkout.js';

const connections = 64;

/** Buys exactly so many times, each of the connections one after the other. @throws if one is not acknowledged */
export async function buyMany(port: number, purchases: number, signal?: AbortSignal): Promise<void> {
  const pool = new Pool(`http://127.0.0.1:${port}`, { connections });
  let left = purchases;
  const customer = async () => {
    while (left > 0) {
      signal?.throwIfAborted();
      left -= 1;
      const answer = await pool.request({
        ...{ method: 'POST', path: '/checkout', body },
        headers: { 'content-type': 'application/json' },
      });
      const text = await answer.body.text();
      if (answer.statusCode !== 201) throw new Error(`a purchase was answered with ${answer.statusCode}: ${text}`);
    }
  };
  try {
    await Promise.all(Array.from({ length: connections }, customer));
  } finally {
    await pool.destroy();
  }
}
