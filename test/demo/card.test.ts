import { describe, expect, it } from '@jest/globals';

import { card, isWell, type Outcome } from '../../services/demo/card.js';
import type { AuditReport, EntryKind, Kind, ReceiverReport } from '../../shared/audit/index.js';
import { createPaint } from '../../shared/command-line/index.js';

const none: Kind = { count: 0, first: [] };
const id = '01890000-0000-7000-8000-000000000001';
const one: Kind = { count: 1, first: [{ sequence: 1, id }] };

function receiver(kinds: Partial<Record<EntryKind, Kind>> = {}): ReceiverReport {
  const empty = {
    ...{ matched: none, missing: none, surplus: none, duplicated: none, amountDiffers: none },
    ...{ inFlight: none, parked: none, discarded: none, notOwed: none, unknown: none },
  };
  return { entries: 2, money: { GBP: 250_00n, JPY: 980n }, kinds: { ...empty, ...kinds } };
}

function outcome(changes: Partial<AuditReport>): Outcome {
  const purchase = (currency: string, total: number) => ({ id, sequence: 1, currency, total }) as never;
  const told = (currency: string, total: number) => ({
    key: 'key',
    order: {} as never,
    purchase: purchase(currency, total),
  });
  return {
    acknowledged: [told('GBP', 25_000), told('JPY', 980)],
    report: {
      ...{ end: 2, checkout: { purchases: 2, money: {}, gaps: none } },
      ...{ warehouse: receiver(), finance: receiver(), agrees: true, settled: true },
      acknowledged: { told: 2, lost: none, differs: none, unknown: none },
      ...changes,
    },
    repeats: { warehouse: 0, finance: 7 },
    recoveries: [
      { service: 'finance', downMs: 100, readyMs: 600 },
      { service: 'checkout', downMs: 1_500, readyMs: 2_210 },
    ],
    ...{ elapsedMs: 61_000, seed: 7, fast: true },
  };
}

const print = (changes: Partial<AuditReport> = {}) => card(outcome(changes), createPaint(false));

describe('the card of a demonstration', () => {
  it('shows the books side by side, in at most 80 columns, and how to have it again', () => {
    const text = print();
    expect(text).toMatch(/^ +GBP +250\.00 +250\.00 +250\.00$/m);
    expect(text).toMatch(/^ +JPY +980 +980 +980$/m);
    expect(text).toMatch(/^ +lost +0 +0 +0$/m);
    expect(text).toContain('0.71 s  (checkout, start to ready)');
    expect(text).toContain('The books agree');
    expect(text).toContain('again: npm run demo -- --seed 7 --fast');
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });

  it.each<[string, Partial<AuditReport>, string]>([
    ['a purchase that is missing', { agrees: false, finance: receiver({ missing: one }) }, '1 missing at finance:'],
    ['one that nobody bought', { agrees: false, warehouse: receiver({ surplus: one }) }, '1 surplus at warehouse:'],
    [
      'one that the checkout lost',
      { agrees: false, acknowledged: { told: 2, lost: one, differs: none, unknown: none } },
      'LOST',
    ],
    ['one that has not arrived', { settled: false, finance: receiver({ inFlight: one }) }, 'DO NOT AGREE'],
    ['books that were not held against what customers were told', { acknowledged: undefined }, 'DO NOT AGREE'],
  ])('does not take %s for well', (_what, changes, words) => {
    expect(isWell(outcome(changes))).toBe(false);
    expect(print(changes)).toContain(words);
    expect(print(changes)).not.toContain('The books agree');
  });
});
