import { Agent } from 'undici';

import type { Order } from '../../shared/purchase/index.js';

/** An answer of `POST /checkout`, as it came. */
export interface StormAnswer {
  readonly status: number;
  readonly text: string;
  readonly location: unknown;
  readonly replayed: boolean;
}

/** Sends all orders under one key at the same time, over so many connections; each waits in line for one of them. */
export async function requestStorm(
  url: string,
  { key, orders, connections }: { key: string; orders: readonly Order[]; connections: number },
): Promise<StormAnswer[]> {
  const agent = new Agent({ connections });
  try {
    return await Promise.all(
      orders.map(async (order) => {
        const { statusCode, headers, body } = await agent.request({
          ...{ origin: url, path: '/checkout', method: 'POST', body: JSON.stringify(order) },
          headers: { 'content-type': 'application/json', 'idempotency-key': key },
        });
        const replayed = headers['idempotency-replayed'] === 'true';
        return { status: statusCode, text: await body.text(), location: headers.location, replayed };
      }),
    );
  } finally {
    await agent.close();
  }
}
