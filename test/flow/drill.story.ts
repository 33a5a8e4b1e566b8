import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { describe, expect, it } from '@jest/globals';

import { again, drillCard } from '../drill/drill-card.js';
import { runDrill } from '../drill/run-drill.js';
import { anySeed } from '../../shared/customers/random.js';
import { temporaryDirectories } from '../support/temporary-directory.js';

const deadlineMs = 300_000;
const never = new AbortController().signal;
const temporaryDirectory = temporaryDirectories();

/** A short `npm run drill`. It is one of very many, so `.ci/run` runs it and `npm test` does not. */
describe('a shop whose services die over and over while customers buy', () => {
  const options = { kills: 12, seed: anySeed(), rate: 100, interrupted: never, onSight: () => undefined };

  it(
    `has every purchase that was acknowledged in the books once, and repeats no more than was in flight (${again(options)})`,
    async () => {
      const report = await runDrill(options, temporaryDirectory());
      process.stdout.write(drillCard(report));
      expect(report.checks.filter(({ faults }) => faults.length > 0)).toEqual([]);
      expect(report.deaths).toHaveLength(options.kills);
      expect(report.acknowledged).toBeGreaterThan(0);
    },
    deadlineMs,
  );

  it(
    'is audited all the same when someone has seen enough and presses Ctrl-C, and leaves nothing behind',
    async () => {
      const directory = temporaryDirectory();
      const main = fileURLToPath(new URL('../drill/main.js', import.meta.url));
      const drill = spawn(process.execPath, [main, '--kills', '10000'], {
        env: { ...process.env, TMPDIR: directory },
        stdio: ['ignore', 'pipe', 'inherit'],
        detached: true,
      });
      let printed = '';
      let interrupted = false;
      drill.stdout.on('data', (chunk: Buffer) => {
        printed += chunk.toString();
        if (interrupted || !/^\d+\/10,000 kills/m.test(printed)) return;
        interrupted = true;
        // A terminal tells the whole group.
        process.kill(-drill.pid!, 'SIGINT');
      });
      const code = await new Promise((resolve) => drill.once('close', resolve));
      expect(code).toBe(130);
      expect(printed).toMatch(/10,000, interrupted after \d+$/m);
      expect(printed).toMatch(/^ok +finance holds each acknowledged purchase once/m);
      expect(printed).not.toContain('FAILED');
      expect(readdirSync(directory)).toEqual([]);
    },
    deadlineMs,
  );
});
