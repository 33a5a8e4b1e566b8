import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { describe, expect, it } from '@jest/globals';

import { destinationSettings } from '../../services/checkout/destination-settings.js';
import { parseDestinations } from '../../services/checkout/parse-destinations.js';
import { withDefaults } from '../../shared/outbox/index.js';

const secret = `whsec_${Buffer.alloc(24, 1).toString('base64')}`;
const readme = fileURLToPath(new URL('../../../services/checkout/README.md', import.meta.url));

/** The rows of the README's table of options. */
function documented(): { option: string; standard: string; min: string; max: string }[] {
  const section = readFileSync(readme, 'utf8')
    .split('\n## ')
    .find((each) => each.startsWith('Destinations'))!;
  return [...section.matchAll(/^\| `([a-z-]+)` +\| ([^|]+?) +\| ([^|]+?) +\|/gm)].map(([, option, standard, range]) => {
    const [min = '', max = ''] = range!.split(' – ');
    return { option: option!, standard: standard!, min, max };
  });
}

const parse = (setting: string) => parseDestinations(`w=http://w/;${setting}`, [secret]);
const numeric = documented().filter(({ max }) => max !== '');

describe('the table of options in the README', () => {
  it('has every option there is, and no other: nobody would look for one that is not in it', () => {
    expect(documented().map(({ option }) => option)).toEqual([...destinationSettings.keys()]);
    expect(numeric.length).toBeGreaterThan(12);
  });

  it.each(numeric)('gives the bounds of $option as they are', ({ option, min, max }) => {
    const [lowest, highest] = [Number(min), Number(max)];
    const faults = (value: number) => parse(`${option}=${value}`).faults;
    expect([faults(lowest), faults(highest)]).toEqual([[], []]);
    expect(faults(highest + 1)).toHaveLength(1);
    expect(parse(`${option}=${lowest - 0.011}`).faults).toHaveLength(1);
  });

  it.each(numeric)('gives the default of $option as it is', ({ option, standard }) => {
    const value = standard === 'no limit' ? Infinity : Number(standard);
    const unset = withDefaults(parse('batch=1').destinations[0]!);
    const changed = Object.entries(withDefaults(parse(`${option}=${probe(option)}`).destinations[0]!)).filter(
      ([key, set]) => set === probe(option) && unset[key as keyof typeof unset] !== set,
    );
    const [key] = changed[0]!;
    expect(unset[key as keyof typeof unset]).toBe(value);
  });
});

/** A value that no option has by default, within the bounds of all of them. */
function probe(option: string): number {
  return option === 'factor' ? 7 : option === 'batch-bytes' ? 4321 : 123;
}
