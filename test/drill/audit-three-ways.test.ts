import { describe, expect, it } from '@jest/globals';

import type { AuditReport, EntryKind, Kind, ReceiverReport } from '../../shared/audit/index.js';
import { disagreementsIn } from './audit-three-ways.js';

const none: Kind = { count: 0, first: [] };
const kinds: Record<EntryKind, Kind> = {
  ...{ missing: none, surplus: none, duplicated: none, amountDiffers: none, unknown: none },
  ...{ inFlight: none, parked: none, discarded: none, notOwed: none },
  matched: { count: 7, first: [] },
};
const receiver: ReceiverReport = { entries: 7, money: {}, kinds };

function reportWith(changes: Partial<AuditReport>): AuditReport {
  const checkout = { purchases: 7, money: {}, gaps: none };
  return {
    ...{ end: 7, checkout, warehouse: receiver, finance: receiver },
    ...{ acknowledged: undefined, agrees: true, settled: true, ...changes },
  };
}

describe('the three books held against each other after a drill', () => {
  const one: Kind = { count: 2, first: [{ sequence: 5, id: 'id-5' }] };

  it('have nothing to say of entries that match', () => {
    expect(disagreementsIn(reportWith({}))).toEqual([]);
  });

  it('name what is missing, and what is still in flight: everything was to be delivered', () => {
    const at = (kind: EntryKind) => ({ ...receiver, kinds: { ...kinds, [kind]: one } });
    const report = reportWith({ warehouse: at('inFlight'), finance: at('missing'), agrees: false });
    expect(disagreementsIn(report)).toEqual([
      'inFlight at warehouse: 2, the first number 5 (id-5)',
      'missing at finance: 2, the first number 5 (id-5)',
    ]);
  });

  it('name gaps in the book of the checkout', () => {
    const checkout = { purchases: 5, money: {}, gaps: one };
    expect(disagreementsIn(reportWith({ checkout, agrees: false }))).toEqual([
      'gaps at the checkout: 2, the first number 5 (id-5)',
    ]);
  });

  it('never pass an audit that does not agree', () => {
    expect(disagreementsIn(reportWith({ agrees: false }))).toHaveLength(1);
  });
});
