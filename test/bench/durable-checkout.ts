import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { request } from 'undici';

const adminToken = 'bench-admin-token';

/** What is bought, over and over. */
export const body = JSON.stringify({
  customerId: 'alice',
  currency: 'GBP',
  items: [
    { sku: 'BOOK-1', quantity: 2, unitPrice: 1250 },
    { sku: 'LAMP-1', quantity: 1, unitPrice: 4999 },
  ],
});

/** A real checkout whose destinations are nowhere. */
export function startDurable(
  port: number,
  directory: string,
  environment: Readonly<Record<string, string>> = {},
): ChildProcess {
  return start('../../services/checkout/main.js', [], {
    PORT: String(port),
    DATA_DIR: directory,
    DEMO: '1',
    ADMIN_TOKEN: adminToken,
    LOG_LEVEL: 'warn',
    // Nobody listens there, and nobody is asked: both are paused.
    DESTINATIONS: 'warehouse=http://127.0.0.1:3998/events,finance=http://127.0.0.1:3999/events',
    ...environment,
  });
}

/** A real destination, with a disk of its own. */
export function startReceiver(name: 'warehouse' | 'finance', port: number, directory: string): ChildProcess {
  return start(`../../services/${name}/main.js`, [], {
    PORT: String(port),
    DATA_DIR: directory,
    DEMO: '1',
    ADMIN_TOKEN: adminToken,
    LOG_LEVEL: 'warn',
  });
}

/** A script of this folder as a process of its own. */
export function start(
  script: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): ChildProcess {
  return spawn(process.execPath, [fileURLToPath(new URL(script, import.meta.url)), ...args], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { PATH: process.env.PATH, ...environment },
  });
}

/** Returns once it says that it is ready. */
export async function ready(port: number): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    try {
      const { statusCode, body: answer } = await request(`http://127.0.0.1:${port}/readyz`);
      await answer.dump();
      if (statusCode === 200) return;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ECONNREFUSED')) throw error;
    }
    await sleep(50);
  }
  throw new Error(`nothing got ready on port ${port}`);
}

/** Holds back what is for a destination. */
export async function pause(port: number, name: string): Promise<void> {
  const { statusCode, body: answer } = await request(`http://127.0.0.1:${port}/destinations/${name}/pause`, {
    method: 'POST',
    headers: { authorization: `Bearer ${adminToken}` },
  });
  await answer.dump();
  if (statusCode !== 200) throw new Error(`${name} could not be paused: ${statusCode}`);
}

/** Ends a process and waits for that. */
export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  await exited;
}
