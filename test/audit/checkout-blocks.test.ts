import { describe, expect, it } from '@jest/globals';

import { checkoutBlocks, type Block } from '../../shared/audit/checkout-blocks.js';
import { PatientShop } from '../../shared/audit/patient-shop.js';
import { ManualClock } from '../support/manual-clock.js';
import { settled } from '../support/hand-resolved.js';
import { ScriptedShop } from '../support/scripted-shop.js';

const pageMax = 3;

function blocksOf(shop: ScriptedShop, end: number, clock = new ManualClock()): AsyncGenerator<Block> {
  return checkoutBlocks(new PatientShop({ shop, pageMax, clock, signal: new AbortController().signal }), end);
}

async function read(blocks: AsyncIterable<Block>): Promise<string[]> {
  const seen: string[] = [];
  for await (const { after, last, purchases } of blocks) {
    seen.push(`${after}-${last}: ${purchases.map(({ sequence }) => sequence).join(' ')}`);
  }
  return seen;
}

function without(shop: ScriptedShop, isLost: (sequence: number) => boolean): void {
  const kept = shop.purchases.filter(({ sequence }) => !isLost(sequence));
  shop.purchases.splice(0, Infinity, ...kept);
}

describe("the checkout's book in blocks", () => {
  it('has each sequence in one block, at whichever place the end lies in a page', async () => {
    for (let end = 0; end <= 10; end += 1) {
      const blocks = await read(blocksOf(ScriptedShop.settled(10), end));
      const sequences = Array.from({ length: end }, (_, index) => index + 1);
      expect(blocks.map((block) => block.split(': ')[1]).join(' ')).toBe(sequences.join(' '));
    }
  });

  it('leaves out what was accepted after the audit began', async () => {
    expect(await read(blocksOf(ScriptedShop.settled(9), 5))).toEqual(['0-3: 1 2 3', '3-5: 4 5']);
  });

  it('reads one page ahead and no further', async () => {
    const shop = ScriptedShop.settled(20);
    const blocks = blocksOf(shop, 20);
    await blocks.next();
    await settled();
    expect(shop.asked.map(({ after }) => after)).toEqual([0, 3]);
  });

  it('is cut into blocks no wider than a page where the checkout has lost what came first, or in between', async () => {
    const shop = ScriptedShop.settled(12);
    without(shop, (sequence) => sequence <= 7 || sequence === 9);
    expect(await read(blocksOf(shop, 12))).toEqual(['0-3: ', '3-6: ', '6-9: 8', '9-11: 10 11', '11-12: 12']);
  });

  it('waits a moment for what is durable and not listed yet', async () => {
    const shop = ScriptedShop.settled(5);
    const last = shop.purchases.pop()!;
    const clock = new ManualClock();
    shop.before = ({ method }) => {
      if (method === 'purchasesPage' && shop.asked.length === 4) shop.purchases.push(last);
    };
    const blocks = read(blocksOf(shop, 5, clock));
    await clock.advance(100);
    expect(await blocks).toEqual(['0-3: 1 2 3', '3-5: 4 5']);
  });

  it('does not wait for ever for what is never listed', async () => {
    const shop = ScriptedShop.settled(5);
    without(shop, (sequence) => sequence === 5);
    const clock = new ManualClock();
    const blocks = read(blocksOf(shop, 5, clock));
    await clock.advance(2_000);
    expect(await blocks).toEqual(['0-3: 1 2 3', '3-5: 4']);
  });
});
