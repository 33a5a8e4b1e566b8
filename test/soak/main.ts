/*
 * `npm run soak`: the three services as real processes, sales for some minutes, receivers that fail in all ways they can, pauses,
 * kills. In the end everything acknowledged must have been applied once, the mark must be at the end of the log, and memory
 * must be flat. Exits with 0 if so.
 *
 *    --minutes N   of sales; default 3
 *    --seed N      the same faults and kills at the same times as in the run that printed it
 *    --no-kill     no service is killed
 */
import { parseArgs } from 'node:util';

import { anySeed } from '../../shared/customers/random.js';
import { picture } from './picture.js';
import { runSoak, type SoakOptions } from './run-soak.js';
import { again, soakCard } from './soak-card.js';
import type { Sight } from './watch.js';

const minutesDefault = 3;
const plainLineEveryMs = 10_000;
const eraseLine = '\r\u001b[K';

const { values } = parseArgs({
  options: { minutes: { type: 'string' }, seed: { type: 'string' }, 'no-kill': { type: 'boolean' } },
});
const terminal = process.stdout.isTTY;
let saidAt = 0;
const options: SoakOptions = {
  minutes: number('minutes', values.minutes, /^(?=.*[1-9])\d{1,4}(\.\d{1,3})?$/) ?? minutesDefault,
  seed: number('seed', values.seed, /^\d{1,10}$/) ?? anySeed(),
  kills: values['no-kill'] !== true,
  onSight: show,
};

process.stdout.write(`${again(options)}\n`);
try {
  const report = await runSoak(options);
  process.stdout.write((terminal ? eraseLine : '') + soakCard(report));
  process.exitCode = report.checks.every(({ faults }) => faults.length === 0) ? 0 : 1;
} catch (error) {
  const words = error instanceof Error ? error.stack : String(error);
  process.stdout.write(`\nFAILED  ${words}\n\nagain: ${again(options)}\n`);
  process.exitCode = 1;
}

/** On a terminal one line that changes, else a line now and then. */
function show(sight: Sight): void {
  if (terminal) {
    process.stdout.write(eraseLine + picture(sight));
  } else if (sight.elapsedMs - saidAt >= plainLineEveryMs) {
    saidAt = sight.elapsedMs;
    process.stdout.write(`${picture(sight)}\n`);
  }
}

function number(name: string, text: string | undefined, form: RegExp): number | undefined {
  if (text === undefined) return undefined;
  if (form.test(text)) return Number(text);
  process.stderr.write(`--${name} does not take ${text}\n`);
  process.exit(2);
}
