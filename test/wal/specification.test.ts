import { readFileSync } from 'node:fs';

import { describe, expect, it } from '@jest/globals';

const file = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
const specification = file('shared/wal/README.md');
const cases = [...specification.matchAll(/^\| (\d+) +\| /gm)].map(([, number]) => number);
const named = [...specification.matchAll(/^- (\d+): (.+(?:\n {2}.+)*)/gm)].map(([, number, tests = '']) => ({
  number,
  tests: [...tests.replaceAll(/\s+/g, ' ').matchAll(/`([^`]+)` “([^”]+)”/g)].map(([, path = '', title = '']) => ({
    path,
    title,
  })),
}));

describe('the decision table of the specification', () => {
  it('a case would be decided without a test', () => {
    expect(cases.length).toBeGreaterThan(10);
    expect(named.map(({ number }) => number)).toEqual(cases);
  });

  it.each(named)('case $number would name a test that is not there', ({ tests }) => {
    expect(tests).not.toEqual([]);
    for (const { path, title } of tests) expect(file(path)).toContain(`'${title}'`);
  });
});
