import { describe, expect, it } from '@jest/globals';

import { AcknowledgedAudit } from '../../shared/audit/acknowledged-audit.js';
import { AcknowledgedPurchases } from '../../shared/audit/acknowledged-purchases.js';
import type { BookEntry } from '../../shared/audit/types.js';
import { sampleId } from '../support/sample-purchase.js';
import { entry } from '../support/scripted-shop.js';

const none = { count: 0, first: [] };

function auditOf(told: readonly BookEntry[], unknownBefore = 0): AcknowledgedAudit {
  const acknowledged = new AcknowledgedPurchases();
  for (const each of told) acknowledged.add(each);
  return new AcknowledgedAudit(acknowledged, { firstMax: 5, unknownBefore });
}

describe('what customers were told, held against the checkout', () => {
  it('is all there, block by block', () => {
    const audit = auditOf([entry(4), entry(1), entry(3)]);
    audit.judge({ after: 0, last: 2, purchases: [entry(1), entry(2)] });
    audit.judge({ after: 2, last: 4, purchases: [entry(3), entry(4)] });
    audit.judgeRest();
    expect(audit.report).toEqual({ told: 3, lost: none, differs: none, unknown: none });
  });

  it('is lost where the checkout has nothing, or another purchase, under its number', () => {
    const audit = auditOf([entry(1), entry(2), entry(3)]);
    audit.judge({ after: 0, last: 3, purchases: [entry(1), entry(3, { id: sampleId(33) })] });
    expect(audit.report.lost).toEqual({
      count: 2,
      first: [
        { sequence: 2, id: sampleId(2), detail: 'there is nothing under its number' },
        { sequence: 3, id: sampleId(3), detail: `under its number there is ${sampleId(33)}` },
      ],
    });
  });

  it('is lost where the log does not reach so far', () => {
    const audit = auditOf([entry(1), entry(8), entry(9)]);
    audit.judge({ after: 0, last: 3, purchases: [entry(1), entry(2), entry(3)] });
    audit.judgeRest();
    const detail = 'the log of the checkout does not reach so far';
    const first = [8, 9].map((sequence) => ({ sequence, id: sampleId(sequence), detail }));
    expect(audit.report.lost).toEqual({ count: 2, first });
  });

  it('differs where the checkout has another sum or currency', () => {
    const audit = auditOf([entry(1, { total: 5 }), entry(2, { currency: 'JPY' })]);
    audit.judge({ after: 0, last: 2, purchases: [entry(1), entry(2)] });
    expect(audit.report.differs.first.map(({ detail }) => detail)).toEqual([
      'told 5 GBP, and there 101 GBP',
      'told 102 JPY, and there 102 GBP',
    ]);
    expect(audit.report.lost).toEqual(none);
  });

  it('is not known where the checkout says that it lost what it knew, and lost right behind', () => {
    const audit = auditOf([entry(1), entry(2), entry(3)], 2);
    audit.judge({ after: 0, last: 3, purchases: [] });
    expect([audit.report.unknown.count, audit.report.lost.count]).toEqual([2, 1]);
    expect(audit.report.lost.first[0]?.sequence).toBe(3);
  });
});
