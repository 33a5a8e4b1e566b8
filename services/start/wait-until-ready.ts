import { setTimeout as sleep } from 'node:timers/promises';

const pollIntervalMs = 100;
const attemptTimeoutMs = 2_000;

/** Resolves once `GET /readyz` at every address has said yes. Rejects when `signal` is aborted. */
export async function waitUntilReady(addresses: readonly string[], signal: AbortSignal): Promise<void> {
  await Promise.all(
    addresses.map(async (address) => {
      while (!(await isReady(address))) await sleep(pollIntervalMs, undefined, { signal });
    }),
  );
}

async function isReady(address: string): Promise<boolean> {
  const signal = AbortSignal.timeout(attemptTimeoutMs);
  const answer = await fetch(`${address}/readyz`, { signal }).catch(nobodyThere);
  await answer?.body?.cancel();
  return answer?.ok ?? false;
}

/** fetch rejects with these two when the port is closed or nobody answers in time. */
function nobodyThere(error: unknown): undefined {
  const name = error instanceof Error ? error.name : undefined;
  if (name !== 'TypeError' && name !== 'TimeoutError') throw error;
}
