import { receivers, type ServiceName } from '../../shared/shop-client/service-names.js';
import { count, mebibytes } from '../soak/figures.js';
import { formatTable } from '../support/print-table.js';
import { pointsMet } from './crash-points-met.js';
import { distributionOf } from './distribution.js';
import { histogram } from './histogram.js';
import { repeatsAtAll } from './repeat-meter.js';
import type { DrillReport } from './drill.js';
import type { Cause, Death } from './types.js';
import { wrapList } from './wrap-list.js';

const faultsShownMax = 5;
const nameWidth = 24;
/** Fewer values have no shape. */
const drawnMin = 20;
const services: readonly ServiceName[] = ['checkout', ...receivers];
const causes: readonly Cause[] = ['SIGKILL', 'crash point'];

/** A figure that each of some deaths has. */
type FigureOf = (death: Death) => number | undefined;

const readyMs: FigureOf = (death) => death.readyMs;
const firstDeliveryMs: FigureOf = (death) => death.firstDeliveryMs;
const repeats: FigureOf = (death) => death.repeats && repeatsAtAll(death.repeats);

/** What is printed after a drill: its figures, what was checked, and how to have it again. 80 columns. */
export function drillCard(report: DrillReport): string {
  const { options, deaths, memoryMax, checks, batched } = report;
  const single = batched === 'warehouse' ? 'finance' : 'warehouse';
  const minutes = report.elapsedMs / 60_000;
  const cut = report.interrupted ? `, interrupted after ${count(deaths.length)}` : '';
  const figures: [string, string][] = [
    ['kills asked for', `${count(options.kills)}${cut}`],
    ['it took', `${minutes.toFixed(1)} min, ${(deaths.length / minutes).toFixed(0)} kills a minute`],
    ['acknowledged', `${count(report.acknowledged)} purchases, at most ${count(options.rate)} a second`],
    ['rounds and audits', `${count(report.rounds)} and ${count(report.audits)}`],
    ['parked and released', count(report.released)],
    [
      'most resident memory',
      `checkout ${mebibytes(memoryMax.checkoutBytes)}, drill ${mebibytes(memoryMax.drillBytes)}`,
    ],
  ];
  return [
    `\nSeed ${options.seed}: events one by one to ${single}, in batches to ${batched}\n`,
    ...figures.map(([name, value]) => `${name.padEnd(nameWidth)}  ${value}`),
    '',
    killsTable(deaths),
    distributions('from kill to ready, ms', deaths, readyMs),
    distributions('to first delivery, ms', deaths, firstDeliveryMs),
    distributions('repeats for each kill', deaths, repeats),
    recoveries(deaths),
    ...drawn('checkout, from kill to ready, ms', deaths, readyMs),
    ...drawn('checkout, from kill to first delivery, ms', deaths, firstDeliveryMs),
    ...drawn('checkout, repeats for each kill', deaths, repeats),
    ...crashPoints(deaths),
    '',
    ...checks.map(({ what, faults }) => `${faults.length === 0 ? 'ok    ' : 'FAILED'}  ${what}${list(faults)}`),
    `\nagain: ${again(options)}\n`,
  ].join('\n');
}

/** The command that does the same. */
export function again({ kills, seed, rate }: DrillReport['options']): string {
  return `npm run drill -- --kills ${kills} --seed ${seed} --rate ${rate}`;
}

function killsTable(deaths: readonly Death[]): string {
  const rows = services.map((service) => {
    const those = deaths.filter((death) => death.service === service);
    const number = (holds: (death: Death) => boolean) => count(those.filter(holds).length);
    return [
      service,
      number(() => true),
      number(({ cause }) => cause === 'SIGKILL'),
      number(({ cause }) => cause === 'crash point'),
      number(({ cause, armed }) => cause === 'SIGKILL' && armed !== undefined),
      number((death) => death.readyMs === undefined),
    ];
  });
  return formatTable(['killed', 'all', 'SIGKILL', 'crash point', 'point missed', 'again before ready'], rows);
}

function distributions(title: string, deaths: readonly Death[], figure: FigureOf): string {
  const rows = services.flatMap((service) =>
    causes.flatMap((cause) => row(`${service}, ${cause}`, figuresOf(deathsOf(deaths, service, cause), figure))),
  );
  return formatTable([title.padEnd(nameWidth), ...ranks], rows);
}

function recoveries(deaths: readonly Death[]): string {
  const rows = [
    row(
      'duration, ms',
      figuresOf(deaths, ({ recovery }) => recovery?.durationMs),
    ),
    row(
      'torn bytes',
      figuresOf(deaths, ({ recovery }) => recovery?.tornBytes),
    ),
    row(
      'purchases to deliver',
      figuresOf(deaths, ({ recovery }) => recovery?.replayed),
    ),
  ];
  return formatTable(['checkout, recovery'.padEnd(nameWidth), ...ranks], rows.flat());
}

const ranks = ['kills', 'min', 'p50', 'p90', 'p99', 'max'];

/** No row of no values. */
function row(name: string, values: readonly number[]): string[][] {
  const distribution = distributionOf(values);
  if (distribution === undefined) return [];
  const { count: number, min, p50, p90, p99, max } = distribution;
  return [[name, ...[number, min, p50, p90, p99, max].map((value) => count(Math.round(value)))]];
}

function drawn(title: string, deaths: readonly Death[], figure: FigureOf): string[] {
  const figures = figuresOf(deathsOf(deaths, 'checkout'), figure);
  return figures.length < drawnMin ? [] : [title, ...histogram(figures), ''];
}

function crashPoints(deaths: readonly Death[]): string[] {
  const points = pointsMet(deaths);
  const met = points.filter((point) => point.met > 0).length;
  const tried = points.filter((point) => point.met + point.missed > 0);
  const words = tried.map((point) => {
    const where = point.service === 'checkout' ? point.point : `${point.point} of ${point.service}`;
    return `${where} ${point.met}${point.missed > 0 ? ` (+${point.missed} missed)` : ''}`;
  });
  return [`crash points met: ${met} of ${points.length}`, ...(words.length > 0 ? wrapList(words) : [])];
}

function deathsOf(deaths: readonly Death[], service: ServiceName, cause?: Cause): Death[] {
  return deaths.filter((death) => death.service === service && (cause === undefined || death.cause === cause));
}

function figuresOf(deaths: readonly Death[], figure: FigureOf): number[] {
  return deaths.flatMap((death) => figure(death) ?? []);
}

function list(faults: readonly string[]): string {
  const more = faults.length > faultsShownMax ? [`and ${faults.length - faultsShownMax} more`] : [];
  return [...faults.slice(0, faultsShownMax), ...more].map((fault) => `\n          ${fault}`).join('');
}
