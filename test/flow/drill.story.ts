import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';

import { again, drillCard } from '../drill/drill-card.js';
import { runDrill } from '../drill/run-drill.js';
import { anySeed } from '../../shared/customers/random.js';

const deadlineMs = 300_000;
const never = new AbortController().signal;

/** A short `npm run drill`. It is one of very many, so `.ci/run` runs it and `npm test` does not. */
describe('a shop whose services die over and over while customers buy', () => {
  const options = { kills: 12, seed: anySeed(), rate: 100, interrupted: never, onSight: () => undefined };

  it(
    `has every purchase that was acknowledged in the books once, and repeats no more than was in flight (${again(options)})`,
    async () => {
      const directory = mkdtempSync(join(tmpdir(), 'drill-'));
      const report = await runDrill(options, directory);
      process.stdout.write(drillCard(report));
      expect(report.checks.filter(({ faults }) => faults.length > 0)).toEqual([]);
      expect(report.deaths).toHaveLength(options.kills);
      expect(report.acknowledged).toBeGreaterThan(0);
      rmSync(directory, { recursive: true });
    },
    deadlineMs,
  );
});
