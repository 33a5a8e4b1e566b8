import { describe, expect, it } from '@jest/globals';

import { auditShop } from '../../shared/audit/audit-shop.js';
import type { EntryKind, ReceiverReport } from '../../shared/audit/types.js';
import { seededRandom } from '../../shared/customers/seeded-random.js';
import { receivers } from '../../shared/shop-client/index.js';
import { oracleAudit } from '../support/oracle-audit.js';
import { randomShop } from '../support/random-shop.js';
import { ScriptedShop } from '../support/scripted-shop.js';

const seeds = 500;
const movingSeeds = 300;
/** The scripted shop answers at once: nobody is to wait for what it never lists. */
const clock = { now: () => 0, sleep: () => Promise.resolve() };
const disagreements: readonly EntryKind[] = ['missing', 'surplus', 'duplicated', 'amountDiffers', 'unknown', 'notOwed'];

/** Every entry of the report, as the oracle says them. */
function verdictsOf({ kinds }: ReceiverReport): string[] {
  return Object.entries(kinds)
    .flatMap(([kind, { first }]) => first.map(({ sequence, id }) => `${kind} ${sequence} ${id}`))
    .toSorted();
}

describe('random books', () => {
  it('are judged as by someone who lays them side by side: each entry once, in its kind', async () => {
    const seen = new Set<string>();
    for (let seed = 1; seed <= seeds; seed += 1) {
      const random = seededRandom(seed);
      const shop = randomShop(random);
      const pageMax = 1 + Math.floor(random() * 9);
      const report = await auditShop(shop, { pageMax, clock, firstMax: 1000 });
      const listed = new Set(shop.purchases.map(({ sequence }) => sequence));
      const gaps = Array.from({ length: shop.durableSequence }, (_, index) => index + 1).filter(
        (sequence) => sequence > shop.unknownBefore && !listed.has(sequence),
      );
      expect({ seed, gaps: report.checkout.gaps.first.map(({ sequence }) => sequence) }).toEqual({ seed, gaps });
      let agrees = gaps.length === 0;
      for (const receiver of receivers) {
        const expected = oracleAudit(shop, receiver);
        expect({ seed, receiver, found: verdictsOf(report[receiver]) }).toEqual({ seed, receiver, found: expected });
        expect({ seed, entries: report[receiver].entries }).toEqual({ seed, entries: shop[receiver].rows.length });
        for (const verdict of expected) seen.add(verdict.split(' ')[0]!);
        if (expected.some((verdict) => /^(missing|surplus|duplicated|amountDiffers) /.test(verdict))) agrees = false;
      }
      expect({ seed, agrees: report.agrees }).toEqual({ seed, agrees });
    }
    // Otherwise the run says nothing of those that never came up.
    expect(seen.size).toBe(10);
  });

  it('never disagree while purchases, deliveries and their answers come in any order between any two answers', async () => {
    for (let seed = 1; seed <= movingSeeds; seed += 1) {
      const random = seededRandom(seed);
      const shop = new ScriptedShop();
      shop.accept(Math.floor(random() * 30));
      const move = movement(shop, random);
      for (let moves = Math.floor(random() * 100); moves > 0; moves -= 1) move();
      shop.before = () => {
        for (let moves = Math.floor(random() * 6); moves > 0; moves -= 1) move();
      };
      const report = await auditShop(shop, { pageMax: 1 + Math.floor(random() * 6), clock, firstMax: 1000 });
      const found = receivers.map((receiver) => {
        const { kinds } = report[receiver];
        const judged = kinds.matched.count + kinds.inFlight.count + kinds.parked.count;
        return { judged, wrong: disagreements.flatMap((kind) => kinds[kind].first) };
      });
      const right = { judged: report.end, wrong: [] };
      expect({ seed, found, agrees: report.agrees }).toEqual({ seed, found: [right, right], agrees: true });
    }
  });
});

/** One thing that happens in a shop in which nothing goes wrong but answers that are lost. */
function movement(shop: ScriptedShop, random: () => number): () => void {
  const pick = <T>(list: readonly T[]) => list[Math.floor(random() * list.length)];
  return () => {
    if (random() < 0.2 && shop.durableSequence < 200) {
      shop.accept(1);
      shop.notProjected.add(shop.durableSequence);
      return;
    }
    if (random() < 0.3) {
      const [first] = shop.notProjected;
      if (first !== undefined) shop.notProjected.delete(first);
      return;
    }
    const receiver = pick(receivers)!;
    const book = shop[receiver];
    const open = shop.purchases.filter(
      ({ sequence }) => book.outcomes.get(sequence) !== 'confirmed' && !shop.notProjected.has(sequence),
    );
    const purchase = pick(open);
    if (!purchase) return;
    const isHeld = book.rows.some(({ sequence }) => sequence === purchase.sequence);
    if (isHeld && random() < 0.7) book.confirm(purchase.sequence);
    else if (!isHeld && random() < 0.7) book.hold(purchase);
    else book.outcomes.set(purchase.sequence, random() < 0.8 ? 'retrying' : 'parked');
  };
}
