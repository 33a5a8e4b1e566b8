/*
 * `npm run test:crash`: crashes the log a million times, each time in a different state of the disk. First the small histories in
 * every way, three crashes in a row; then longer ones that follow from a seed, until there are enough.
 *
 *    --states N   how many different states are to be opened; default 1,000,000
 *    --seed N     leaves the small histories out and begins with this seed: to go on where a run was stopped, or to repeat one
 */
import { parseArgs } from 'node:util';

import { allSettings, crashEverywhere, failEverywhere, faults } from './exhaustive.js';
import { histories } from './histories.js';
import { randomLives } from './random-lives.js';
import { VisitedStates } from './visited-states.js';

const statesDefault = 1_000_000;
const crashesMax = 3;
const saidEveryMs = 2_000;

const { values } = parseArgs({ options: { states: { type: 'string' }, seed: { type: 'string' } } });
const statesWanted = wholeNumber('states', values.states) ?? statesDefault;
const firstSeed = wholeNumber('seed', values.seed);
const visited = new VisitedStates();
const startedAt = performance.now();
let saidAt = startedAt;

if (firstSeed === undefined) await exhaustively();
const lastSeed = await fromSeed(firstSeed ?? 1);
say(`${visited.distinct.toLocaleString('en')} different crash states opened, none lost, invented or changed anything`);
if (lastSeed !== undefined)
  say(`seeds up to ${lastSeed}; npm run test:crash -- --seed ${lastSeed + 1} goes on from there`);

async function exhaustively(): Promise<void> {
  let drawn = 0;
  for (const history of histories) {
    const onOpened = () => {
      progress(history.name);
    };
    for (const settings of allSettings) {
      if (enough()) return;
      for (const { fault } of faults)
        await failEverywhere(history, fault, { settings, crashesMax: 1, visited, onOpened });
      drawn += await crashEverywhere(history, { settings, crashesMax, visited, onOpened });
    }
  }
  say(`every state of ${histories.length} histories with ${allSettings.length} settings, but for ${drawn} moments`);
}

async function fromSeed(first: number): Promise<number | undefined> {
  for (let seed = first; ; seed += 1) {
    if (enough()) return seed > first ? seed - 1 : undefined;
    await randomLives(seed, visited);
    progress(`seed ${seed}`);
  }
}

function enough(): boolean {
  return visited.distinct >= statesWanted;
}

function progress(where: string): void {
  const now = performance.now();
  if (now - saidAt < saidEveryMs) return;
  saidAt = now;
  const perSecond = Math.round(visited.distinct / ((now - startedAt) / 1000));
  say(`${visited.distinct.toLocaleString('en').padStart(9)} states, ${perSecond.toLocaleString('en')}/s: ${where}`);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function wholeNumber(name: string, text: string | undefined): number | undefined {
  if (text === undefined || /^[1-9]\d{0,9}$/.test(text)) return text === undefined ? undefined : Number(text);
  process.stderr.write(`--${name} takes a whole number, not ${text}\n`);
  process.exit(2);
}
