import { setTimeout as sleep } from 'node:timers/promises';

import type { ShopClient } from '../shop-client/index.js';
import { patiently } from './patiently.js';
import { pageMax, type Block } from './receiver-audit.js';
import type { BookEntry } from './types.js';

const lookAgainMs = 50;
/** What is durable is listed within milliseconds; this is for a checkout that has just been started. */
const looksMax = 200;

/**
 * The checkout's book in blocks up to `end`, read one page ahead. Every sequence from 1 to `end` lies in one block, whether the
 * checkout lists it or not.
 */
export async function* checkoutBlocks(shop: ShopClient, end: number, signal?: AbortSignal): AsyncGenerator<Block> {
  const ask = (after: number) => {
    const page = readPage(shop, after, end, signal);
    // What fails ahead of time is thrown when it is wanted.
    void Promise.allSettled([page]);
    return page;
  };
  let after = 0;
  let next = ask(after);
  while (after < end) {
    const purchases = (await next).filter(({ sequence }) => sequence <= end);
    const last = purchases.length < pageMax ? end : (purchases.at(-1)?.sequence ?? end);
    if (last < end) next = ask(last);
    yield { after, last, purchases };
    after = last;
  }
}

/** A whole page, or one that reaches to the end; what is durable may be listed a moment later. */
async function readPage(
  shop: ShopClient,
  after: number,
  end: number,
  signal: AbortSignal | undefined,
): Promise<readonly BookEntry[]> {
  for (let looks = 1; ; looks += 1) {
    const page = await patiently(() => shop.purchasesPage(after, pageMax), signal);
    if (page.length === pageMax || (page.at(-1)?.sequence ?? 0) >= end || looks === looksMax) return page;
    await sleep(lookAgainMs, undefined, signal && { signal });
  }
}
