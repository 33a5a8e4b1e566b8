/*
 * A part of what `npm run test:crash` goes through: two settings instead of six, two crashes in a row instead of three, and the
 * first hundred seeds.
 */
import { describe, expect, it } from '@jest/globals';

import { allSettings, crashEverywhere, failEverywhere, faults } from './exhaustive.js';
import { histories } from './histories.js';
import { randomLives } from './random-lives.js';
import { VisitedStates } from './visited-states.js';

/** Shared by all tests of this file: what one has opened, the next need not. */
const visited = new VisitedStates();
/** A segment for each batch; and a few batches in each, with zeros allocated ahead. */
const someSettings = [allSettings[0]!, allSettings[3]!];

describe.each(histories)('$name', (history) => {
  it.each(someSettings)(
    'a purchase would be lost by a crash, and a crash of the start after it (%j)',
    async (settings) => {
      const drawn = await crashEverywhere(history, { settings, crashesMax: 2, visited });
      expect(drawn).toBe(0);
    },
  );

  it.each(faults)(
    'a purchase would be lost when any call to the disk meets $name, and a crash follows',
    async ({ fault }) => {
      for (const settings of someSettings) await failEverywhere(history, fault, { settings, crashesMax: 1, visited });
    },
  );
});

it('a purchase would be lost when a start meets an I/O error anywhere, and the next one crashes', async () => {
  const history = histories.find(({ knows }) => knows === 'least')!;
  const options = { settings: allSettings[2]!, crashesMax: 2, visited };
  await failEverywhere(history, faults[0]!.fault, options);
});

describe('longer histories', () => {
  const seeds = Array.from({ length: 10 }, (_, tenth) => tenth * 10 + 1);

  it.each(seeds)('a purchase would be lost on the way of seed %i or one of the nine after it', async (first) => {
    for (let seed = first; seed < first + 10; seed += 1) await randomLives(seed, visited);
  });
});

it('crashes would be looked at that are all the same', () => {
  expect(visited.distinct).toBeGreaterThan(30_000);
});
