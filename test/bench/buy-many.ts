import { Pool } from 'undici';

import { body } from './durable-checkout.js';

const customers = 64;

/** So many purchases, from some customers who each wait for their answer: the same work however fast it goes. */
export async function buyMany(port: number, count: number): Promise<void> {
  const pool = new Pool(`http://127.0.0.1:${port}`, { connections: customers, pipelining: 1 });
  let bought = 0;
  const buyOnAndOn = async () => {
    while (bought < count) {
      bought += 1;
      const headers = { 'content-type': 'application/json' };
      const answer = await pool.request({ method: 'POST', path: '/checkout', headers, body });
      await answer.body.dump();
      if (answer.statusCode !== 201) throw new Error(`a purchase was answered with ${answer.statusCode}`);
    }
  };
  await Promise.all(Array.from({ length: customers }, buyOnAndOn));
  await pool.close();
}
