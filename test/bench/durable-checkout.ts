import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { request } from 'undici';

const adminToken = 'bench-admin-token';
const readyDeadlineMs = 30_000;

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

/** A script of this folder as a process of its own. */
export function start(
  script: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): ChildProcess {
  return spawn(process.execPath, [fileURLToPath(new URL(script, import.meta.url)), ...args], {
    // A service stops when its channel is cut: one that outlived a benchmark that was killed would answer for the next.
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: { PATH: process.env.PATH, ...environment },
  });
}

/** Returns once it says that it is ready, which it is asked every so often. */
export async function ready(port: number, everyMs = 50): Promise<void> {
  const deadline = performance.now() + readyDeadlineMs;
  while (performance.now() < deadline) {
    try {
      const { statusCode, body: answer } = await request(`http://127.0.0.1:${port}/readyz`);
      await answer.dump();
      if (statusCode === 200) return;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ECONNREFUSED')) throw error;
    }
    await sleep(everyMs);
  }
  throw new Error(`nothing got ready on port ${port}`);
}

/** Holds back what is for a destination. */
export async function pause(port: number, name: string): Promise<void> {
  await administer(port, `/destinations/${name}/pause`);
}

/** Lets it go on. */
export async function resume(port: number, name: string): Promise<void> {
  await administer(port, `/destinations/${name}/resume`);
}

/** Has an admin's wish done. @throws unless it was */
export async function administer(port: number, path: string, wish: object = {}): Promise<void> {
  const { statusCode, body: answer } = await request(`http://127.0.0.1:${port}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' },
    body: JSON.stringify(wish),
  });
  const text = await answer.text();
  if (statusCode !== 200) throw new Error(`${path} was answered with ${statusCode}: ${text}`);
}

/** Who delivers to whom; `options` as they stand behind a URL, each with its semicolon. */
export function destinationsAt(ports: { warehouse: number; finance: number }, options = ''): string {
  return (['warehouse', 'finance'] as const)
    .map((name) => `${name}=http://127.0.0.1:${ports[name]}/events${options}`)
    .join(',');
}

/** A real warehouse or finance. */
export function startReceiver(name: 'warehouse' | 'finance', port: number, directory: string): ChildProcess {
  return start(`../../services/${name}/main.js`, [], {
    PORT: String(port),
    DATA_DIR: directory,
    DEMO: '1',
    ADMIN_TOKEN: adminToken,
    LOG_LEVEL: 'warn',
  });
}

/** Ends a process and waits for that. */
export function end(child: ChildProcess): Promise<void> {
  return signal(child, 'SIGTERM');
}

/** Ends a process in mid-work and waits for that. */
export function kill(child: ChildProcess): Promise<void> {
  return signal(child, 'SIGKILL');
}

async function signal(child: ChildProcess, name: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill(name);
  await exited;
}
