import { setTimeout as sleep } from 'node:timers/promises';

import { Pool } from 'undici';

import { body } from './durable-checkout.js';

const perSecond = 10;

/**
 * A shop on a quiet day: one customer after the other, and ten more each second whoever else is there. Returns how long each of
 * them waited, in milliseconds.
 */
export async function lightLoad(port: number, seconds: number): Promise<number[]> {
  const pool = new Pool(`http://127.0.0.1:${port}`, { connections: 32, pipelining: 1 });
  const end = performance.now() + seconds * 1000;
  const waited: number[] = [];
  const buy = async () => {
    const begun = performance.now();
    const headers = { 'content-type': 'application/json' };
    const answer = await pool.request({ method: 'POST', path: '/checkout', headers, body });
    await answer.body.dump();
    if (answer.statusCode !== 201) throw new Error(`a purchase was answered with ${answer.statusCode}`);
    waited.push(performance.now() - begun);
  };
  const oneAfterTheOther = async () => {
    while (performance.now() < end) await buy();
  };
  const regularly = async () => {
    const bought: Promise<void>[] = [];
    while (performance.now() < end) {
      bought.push(buy());
      await sleep(1000 / perSecond);
    }
    await Promise.all(bought);
  };
  await Promise.all([oneAfterTheOther(), regularly()]);
  await pool.close();
  return waited;
}
