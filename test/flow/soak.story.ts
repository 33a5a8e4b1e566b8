import { describe, expect, it } from '@jest/globals';

import { again, soakCard } from '../soak/soak-card.js';
import { runSoak } from '../soak/run-soak.js';
import { anySeed } from '../../shared/customers/random.js';

const minutes = 1;
const deadlineMs = 300_000;

/** The shortest `npm run soak` that can tell anything. It takes more than a minute, so `.ci/run` runs it and `npm test` does not. */
describe('a shop whose receivers fail in all ways there are, and whose services are killed', () => {
  const options = { minutes, seed: anySeed(), kills: true, onSight: () => undefined };

  it(
    `applies all that it has acknowledged once, ends with the mark at the end, and needs no more memory for it (${again(options)})`,
    async () => {
      const report = await runSoak(options);
      process.stdout.write(soakCard(report));
      expect(report.checks.filter(({ faults }) => faults.length > 0)).toEqual([]);
      expect(report.checks.length).toBeGreaterThan(0);
    },
    deadlineMs,
  );
});
