import { describe, expect, it } from '@jest/globals';

import { compareBlock } from '../../shared/audit/compare-block.js';
import { sampleId } from '../support/sample-purchase.js';
import { entry } from '../support/scripted-shop.js';

const nothing = { matched: [], amountDiffers: [], duplicated: [], absent: [], surplus: [] };
const foreign = (sequence: number) => entry(sequence, { id: sampleId(900 + sequence) });

describe('comparing a stretch of two books', () => {
  it('finds nothing in nothing', () => {
    expect(compareBlock([], [])).toEqual(nothing);
  });

  it('matches what both have', () => {
    const both = [entry(1), entry(2), entry(3)];
    expect(compareBlock(both, both)).toEqual({ ...nothing, matched: both });
  });

  it('finds what is absent at the beginning, in between and at the end', () => {
    const accepted = [1, 2, 3, 4, 5].map((sequence) => entry(sequence));
    const { absent, matched } = compareBlock(accepted, [entry(2), entry(4)]);
    expect(absent).toEqual([entry(1), entry(3), entry(5)]);
    expect(matched).toEqual([entry(2), entry(4)]);
  });

  it('finds what nobody bought before, between and after what was, and under the same number on either side of it', () => {
    const before = entry(2, { id: sampleId(0) });
    const strangers = [foreign(1), before, foreign(2), foreign(3), foreign(5)];
    const held = [foreign(1), before, entry(2), foreign(2), foreign(3), entry(4), foreign(5)];
    const accepted = [entry(2), entry(4)];
    expect(compareBlock(accepted, held)).toEqual({ ...nothing, matched: accepted, surplus: strangers });
  });

  it.each([
    ['another sum', { total: 1 }],
    ['another currency', { currency: 'JPY' }],
  ])('finds %s', (_, changes) => {
    const held = entry(1, changes);
    expect(compareBlock([entry(1)], [held])).toEqual({ ...nothing, amountDiffers: [{ entry: entry(1), held }] });
  });

  it('counts each time that a purchase is held too often, whatever the sum is then', () => {
    const held = [entry(1), entry(1), entry(1, { total: 1 })];
    expect(compareBlock([entry(1)], held)).toEqual({ ...nothing, matched: [entry(1)], duplicated: held.slice(1) });
  });

  it('takes a purchase under the number of another for absent there and for surplus here', () => {
    const misplaced = entry(2, { id: sampleId(1) });
    expect(compareBlock([entry(1), entry(2)], [misplaced])).toEqual({
      ...nothing,
      absent: [entry(1), entry(2)],
      surplus: [misplaced],
    });
  });

  it('takes an id in capitals for the same', () => {
    const [purchase, capitals] = [entry(0xab), entry(0xab, { id: sampleId(0xab).toUpperCase() })];
    expect(capitals.id).not.toBe(purchase.id);
    expect(compareBlock([purchase], [capitals])).toEqual({ ...nothing, matched: [purchase] });
  });
});
