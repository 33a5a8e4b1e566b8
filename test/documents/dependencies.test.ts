import { readFileSync } from 'node:fs';

import { describe, expect, it } from '@jest/globals';

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

const fromRoot = (name: string) => readFileSync(new URL(`../../../${name}`, import.meta.url), 'utf8');
const manifest = JSON.parse(fromRoot('package.json')) as Manifest;

/** Package names in the first column of the table below this heading. */
function packagesBelow(heading: string): string[] {
  const section = fromRoot('README.md').split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  const cells = section.split('\n').filter((line) => line.startsWith('| `'));
  return cells.flatMap((line) => [...(line.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, name]) => name!));
}

describe('the packages that the project takes in', () => {
  it('each have a reason in the README: nobody should have to trust one that nobody can explain', () => {
    const { dependencies, devDependencies } = manifest;
    const named = packagesBelow('What it is built from').sort();
    const ofTypes = (name: string) => name.startsWith('@types/');
    const taken = [...Object.keys(dependencies), ...Object.keys(devDependencies)].filter((name) => !ofTypes(name));
    expect(named).toEqual(taken.sort());
  });
});
