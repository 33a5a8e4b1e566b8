import { readFileSync } from 'node:fs';

import { describe, expect, it } from '@jest/globals';

import { checkoutProblemTypes } from '../../services/checkout/checkout-problem-types.js';
import { problemTypes, type ProblemType } from '../../shared/http/index.js';
import { deliveryProblemTypes } from '../../shared/receiver/kit/delivery-problem-types.js';
import { receiverProblemTypes } from '../../shared/receiver/receiver-problem-types.js';
import { describedServices } from '../support/described-services.js';

/** Statuses by code, from every row of a table whose first cell is nothing but codes. */
function tabled(file: string): Map<string, string> {
  const text = readFileSync(new URL(`../../../${file}`, import.meta.url), 'utf8');
  const rows = text.matchAll(/^\| *((?:`[a-z-]+`(?:, )?)+) *\| *([^|]*?) *\|.*$/gm);
  return new Map(
    [...rows].flatMap(([, codes = '', statuses = '']) => {
      const names = [...codes.matchAll(/`([a-z-]+)`/g)].map(([, code = '']) => code);
      return names.map((code) => [code, statuses] as const);
    }),
  );
}

const statusesOf = (types: Readonly<Record<string, ProblemType>>) =>
  Object.values(types).map(({ code, statuses }) => [code, statuses.join(', ')] as const);

describe('the table of problem types', () => {
  it('in the README has every type with every status, or people would meet one that nobody explains', () => {
    const table = tabled('README.md');
    const known = statusesOf({ ...problemTypes, ...checkoutProblemTypes });
    expect(known.map(([code]) => [code, table.get(code)])).toEqual(known);
  });

  it('of receivers has every type with every status', () => {
    const table = tabled('shared/receiver/README.md');
    const known = statusesOf({ ...deliveryProblemTypes, ...receiverProblemTypes });
    expect(known.map(([code]) => [code, table.get(code)])).toEqual(
      known.map(([code, statuses]) => [code, code === 'injected-fault' ? 'as set' : statuses]),
    );
  });
});

describe('a problem type', () => {
  it('means one thing, in every service', () => {
    const all = describedServices.flatMap(({ description }) => description.problemTypes);
    for (const type of all)
      expect(all.filter(({ code }) => code === type.code).every((each) => each === type)).toBe(true);
  });
});
