import { describe, expect, it } from '@jest/globals';

import { createRandom } from '../../shared/customers/random.js';
import { receivers, type ServiceName } from '../../shared/shop-client/service-names.js';
import { pointsOf } from './crash-cards.js';
import type { DrillReport } from './drill.js';
import { drillCard } from './drill-card.js';
import type { Death } from './types.js';

const services: readonly ServiceName[] = ['checkout', ...receivers];
const random = createRandom(3);

function death(service: ServiceName, changes: Partial<Death> = {}): Death {
  return {
    service,
    cause: 'SIGKILL',
    armed: undefined,
    readyMs: 500,
    firstDeliveryMs: undefined,
    recovery: undefined,
    repeats: undefined,
    ...changes,
  };
}

function reportOf(deaths: readonly Death[], changes: Partial<DrillReport> = {}): DrillReport {
  return {
    options: { seed: 4_294_967_295, kills: 100_000, rate: 2000 },
    batched: 'warehouse',
    interrupted: false,
    elapsedMs: 3_600_000,
    rounds: 43_210,
    audits: 4_001,
    acknowledged: 7_200_000,
    released: 12_345,
    deaths,
    memoryMax: { checkoutBytes: 3e8, drillBytes: 4e8 },
    checks: [{ what: 'nothing is lost', faults: [] }],
    ...changes,
  };
}

/** Every kind there is, with large figures. */
const many: readonly Death[] = services.flatMap((service) =>
  pointsOf(service).flatMap((point) =>
    Array.from({ length: 60 }, (_, number) =>
      death(service, {
        cause: number % 3 === 0 ? 'SIGKILL' : 'crash point',
        armed: { point, passage: 1 },
        readyMs: number % 7 === 0 ? undefined : random.next() * 29_999,
        firstDeliveryMs: random.next() * 39_999,
        recovery: { durationMs: 12_345.678, tornBytes: 16_384, replayed: 100_000, unknownBefore: 0 },
        repeats: { warehouse: random.integer(0, 32), finance: random.integer(0, 32) },
      }),
    ),
  ),
);

describe('the card of a drill', () => {
  it('fits eighty columns, however large the figures are', () => {
    for (const line of drillCard(reportOf(many, { interrupted: true })).split('\n')) {
      expect(line).toMatch(/^.{0,80}$/);
    }
  });

  it('tells apart how services died', () => {
    const at = { point: 'after-sync', passage: 3 } as const;
    const deaths = [
      death('checkout', { cause: 'crash point', armed: at }),
      death('checkout', { armed: at }),
      death('checkout', { readyMs: undefined }),
      death('finance'),
    ];
    const rows = drillCard(reportOf(deaths)).split('\n');
    expect(rows.find((row) => row.startsWith('checkout  '))?.split(/ +/)).toEqual([
      'checkout',
      '3',
      '2',
      '1',
      '1',
      '1',
    ]);
    expect(rows.find((row) => row.startsWith('finance  '))?.split(/ +/)).toEqual(['finance', '1', '1', '0', '0', '0']);
    expect(rows.join('\n')).toContain('crash points met: 1 of 23\n  after-sync 1 (+1 missed)\n');
  });

  it('adds the repeats of both receivers, and has no row for what nobody measured', () => {
    const deaths = [death('finance', { repeats: { warehouse: 2, finance: 5 }, readyMs: undefined })];
    const card = drillCard(reportOf(deaths));
    expect(card).toMatch(/^repeats for each kill.*\n.*\nfinance, SIGKILL +1 +7 +7 +7 +7 +7$/m);
    expect(card.match(/^finance, SIGKILL/gm)).toHaveLength(1);
  });

  it('shows what failed, some of it when it is much, and how to have it again', () => {
    const faults = Array.from({ length: 8 }, (_, index) => `number ${index + 1} is missing`);
    const card = drillCard(reportOf([], { checks: [{ what: 'nothing is lost', faults }] }));
    expect(card).toMatch(/^FAILED {2}nothing is lost\n +number 1 is missing\n/m);
    expect(card).toContain('number 5 is missing\n          and 3 more');
    expect(card).not.toContain('number 6');
    expect(card.trimEnd().split('\n').at(-1)).toBe(
      'again: npm run drill -- --kills 100000 --seed 4294967295 --rate 2000',
    );
  });
});
