import type { PatientShop } from './patient-shop.js';
import type { BookEntry } from './types.js';

const lookAgainMs = 50;
/** What is durable is listed at once; this is for a checkout that learns of it a moment later. */
const looksMax = 40;

/** A stretch of the checkout's book: `purchases` are all that it has of the sequences after `after` up to `last`. */
export interface Block {
  readonly after: number;
  readonly last: number;
  readonly purchases: readonly BookEntry[];
}

/**
 * The checkout's book in blocks up to `end`, read one page ahead. Every sequence from 1 to `end` lies in one block, whether the
 * checkout lists it or not. A block is as many sequences wide as a page has entries, at most: a receiver may hold all of those that the
 * checkout lost with its database, and is to be read in bits all the same.
 */
export async function* checkoutBlocks(shop: PatientShop, end: number): AsyncGenerator<Block> {
  const ask = (after: number) => {
    const page = readPage(shop, after, end);
    // What fails ahead of time is thrown when it is wanted.
    void Promise.allSettled([page]);
    return page;
  };
  let after = 0;
  let next = ask(after);
  while (after < end) {
    const purchases = (await next).filter(({ sequence }) => sequence <= end);
    const last = purchases.length < shop.pageMax ? end : (purchases.at(-1)?.sequence ?? end);
    if (last < end) next = ask(last);
    yield* cut({ after, last, purchases }, shop.pageMax);
    after = last;
  }
}

function* cut({ after, last, purchases }: Block, width: number): Generator<Block> {
  let taken = 0;
  for (let begin = after; begin < last; begin += width) {
    const block = { after: begin, last: Math.min(begin + width, last) };
    const first = taken;
    while ((purchases[taken]?.sequence ?? Infinity) <= block.last) taken += 1;
    yield { ...block, purchases: purchases.slice(first, taken) };
  }
}

/** A whole page, or one that reaches to the end. */
async function readPage(shop: PatientShop, after: number, end: number): Promise<readonly BookEntry[]> {
  for (let looks = 1; ; looks += 1) {
    const page = await shop.purchasesPage(after);
    if (page.length >= shop.pageMax || (page.at(-1)?.sequence ?? 0) >= end || looks === looksMax) return page;
    await shop.sleep(lookAgainMs);
  }
}
