import { count, mebibytes } from './figures.js';
import { memoryTrend, warmUpSamples } from './memory-trend.js';
import type { SoakOptions, SoakReport } from './run-soak.js';

const faultsShownMax = 5;
const nameWidth = 30;

/** What is printed after a soak: its figures, what was checked, and how to have it again. */
export function soakCard(report: SoakReport): string {
  const { options, kills, repeats, memory, checks } = report;
  const single = report.batched === 'warehouse' ? 'finance' : 'warehouse';
  const figures: [string, string][] = [
    ['sales and deliveries', `${(report.elapsedMs / 1000).toFixed(0)} s`],
    ['acknowledged', count(report.acknowledged)],
    ['changes of weather', count(report.weathers)],
    ['kills', `${kills.checkout} of checkout, ${kills.warehouse} of warehouse, ${kills.finance} of finance`],
    ['repeats suppressed', `${count(repeats.warehouse)} at warehouse, ${count(repeats.finance)} at finance`],
    ['parked and released', count(report.released)],
    ['most resident memory', mebibytes(report.rssBytesMax)],
    ['memory in use', range(memory.slice(warmUpSamples).map(({ liveBytes }) => liveBytes))],
    ['of that, left by each purchase', `${Math.round(memoryTrend(memory).bytesPerPurchase)} bytes`],
  ];
  return [
    `\nSeed ${options.seed}: events one by one to ${single}, in batches to ${report.batched}\n`,
    ...figures.map(([name, value]) => `${name.padEnd(nameWidth)}  ${value}`),
    '',
    ...checks.map(({ what, faults }) => `${faults.length === 0 ? 'ok    ' : 'FAILED'}  ${what}${list(faults)}`),
    `\nagain: ${again(options)}\n`,
  ].join('\n');
}

/** The command that does the same. */
export function again({ minutes, seed, kills }: Pick<SoakOptions, 'minutes' | 'seed' | 'kills'>): string {
  return `npm run soak -- --minutes ${minutes} --seed ${seed}${kills ? '' : ' --no-kill'}`;
}

function range(bytes: readonly number[]): string {
  const ends = `${mebibytes(bytes[0] ?? 0)} when it was warm, ${mebibytes(bytes.at(-1) ?? 0)} in the end`;
  return `${ends}, never more than ${mebibytes(Math.max(...bytes))}`;
}

function list(faults: readonly string[]): string {
  const more = faults.length > faultsShownMax ? [`and ${faults.length - faultsShownMax} more`] : [];
  return [...faults.slice(0, faultsShownMax), ...more].map((fault) => `\n          ${fault}`).join('');
}
