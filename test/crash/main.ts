/*
 * `npm run test:crash`: crashes the log a million times, each time in a different state of the disk. First the small histories in
 * every way, two crashes in a row; then longer ones that follow from a seed; then the small ones with three crashes in a row,
 * until there are enough.
 *
 *    --states N   how many different states are to be opened; default 1,000,000
 *    --seed N     only histories that follow from seeds, from this one on: to go on where a run was stopped, or to repeat one
 */
import { parseArgs } from 'node:util';

import { CrashFoundError } from './explorer.js';
import { allSettings, crashEverywhere, failEverywhere, faults } from './exhaustive.js';
import { histories } from './histories.js';
import { randomLives } from './random-lives.js';
import { VisitedStates } from './visited-states.js';

const statesDefault = 1_000_000;
const seedsAmongTheRest = 2000;
const saidEveryMs = 2_000;

const { values } = parseArgs({ options: { states: { type: 'string' }, seed: { type: 'string' } } });
const statesWanted = wholeNumber('states', values.states) ?? statesDefault;
const firstSeed = wholeNumber('seed', values.seed);
const visited = new VisitedStates();
const startedAt = performance.now();
let saidAt = startedAt;

try {
  if (firstSeed === undefined) {
    await smallHistories(2);
    await fromSeed(1, seedsAmongTheRest);
    await smallHistories(3);
  }
  await fromSeed(firstSeed ?? seedsAmongTheRest + 1, Infinity);
} catch (error) {
  if (!(error instanceof CrashFoundError)) throw error;
  say(`LOST OR CHANGED\n${error.message}`);
  process.exit(1);
}
say(`${visited.distinct.toLocaleString('en')} different crash states opened: none lost, invented or changed anything`);

/** Each history gets an equal share of the states that are still wanted; one that needs less leaves more to the others. */
async function smallHistories(crashesMax: number): Promise<void> {
  let drawn = 0;
  let cutShort = 0;
  for (const [index, history] of histories.entries()) {
    const share = (statesWanted - visited.distinct) / (histories.length - index);
    const until = visited.distinct + share;
    const enoughOfIt = () => visited.distinct >= until;
    const onOpened = () => {
      progress(`${history.name}, ${crashesMax} crashes in a row`);
    };
    for (const settings of allSettings) {
      const options = { settings, visited, onOpened, enough: enoughOfIt };
      // First, because there are fewer: else those without a fault would take the whole share.
      for (const { fault } of faults) await failEverywhere(history, fault, { ...options, crashesMax: crashesMax - 1 });
      drawn += await crashEverywhere(history, { ...options, crashesMax });
    }
    if (enoughOfIt()) cutShort += 1;
  }
  const part = cutShort > 0 ? `, ${cutShort} of them only in part` : '';
  say(`${histories.length} histories, ${crashesMax} crashes in a row${part}; of ${drawn} moments not every state`);
}

async function fromSeed(first: number, count: number): Promise<void> {
  for (let seed = first; seed < first + count && !enough(); seed += 1) {
    await randomLives(seed, visited);
    progress(`seed ${seed} (--seed ${seed} goes on from here)`);
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
