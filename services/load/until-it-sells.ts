import { NoAnswerError } from '../../shared/shop-client/index.js';
import type { CheckoutClient } from './checkout-client.js';
import { pause } from './pause.js';
import type { Clock } from './types.js';
import { CannotLoadError } from './usage.js';

/** What is asked of the checkout. */
export type Questions = Pick<CheckoutClient, 'readiness' | 'postNothing'>;

const patienceMs = 10_000;
const everyMs = 250;
/** Reasons not to be ready that pass within seconds. */
const starting = new Set(['recovering', 'shutting-down']);

/** Returns once a checkout answers that sells to us; it may just be starting. @throws CannotLoadError that says what is there instead */
export async function untilItSells(
  client: Questions,
  url: string,
  { clock, stopped }: { readonly clock: Clock; readonly stopped: AbortSignal },
): Promise<void> {
  const deadline = clock.now() + patienceMs;
  for (;;) {
    const obstacle = await lookFor(client, url, stopped);
    if (obstacle === undefined || stopped.aborted) return;
    if (clock.now() >= deadline) throw new CannotLoadError(obstacle);
    await pause(clock, everyMs, stopped);
  }
}

/** What is in the way and may pass. @throws CannotLoadError of what does not pass */
async function lookFor(client: Questions, url: string, stopped: AbortSignal): Promise<string | undefined> {
  try {
    const { status, body } = await client.readiness(stopped);
    const reason = typeof body === 'object' ? body?.reason : undefined;
    if (status !== 200 && status !== 503) {
      throw new CannotLoadError(`what answers at ${url} is no checkout (GET /readyz: ${status})`);
    }
    if (typeof reason === 'string' && starting.has(reason)) return `the checkout at ${url} is not ready (${reason})`;
    await refuseStrangers(client, url);
    return undefined;
  } catch (error) {
    if (!(error instanceof NoAnswerError)) throw error;
    return `no checkout answers at ${url} (${String((error.cause as NodeJS.ErrnoException).code ?? error.cause)})`;
  }
}

async function refuseStrangers(client: Questions, url: string): Promise<void> {
  const { status } = await client.postNothing();
  if (status === 401) {
    throw new CannotLoadError(
      `the checkout at ${url} does not sell to us (401): give --api-key or the variable API_KEY`,
    );
  }
  if (status === 404) throw new CannotLoadError(`what answers at ${url} is no checkout (POST /checkout: 404)`);
}
