import type { NextStart, RepairReport } from '../../shared/wal/index.js';
import { describeFinding, rangeText } from './describe-finding.js';
import type { KnownLog } from './known-elsewhere.js';
import type { LogLocation } from './locate-log.js';
import { readableCount } from '../../shared/command-line/index.js';

export interface RepairOutcome {
  readonly report: RepairReport;
  readonly log: KnownLog;
  readonly location: LogLocation;
  /** Folder of the copy. */
  readonly target: string;
  readonly at: Date;
  /** What a checkout will do with the copy. */
  readonly next: NextStart;
}

/** The report of a repair, for the person who has to decide what comes next. */
export function describeRepair(outcome: RepairOutcome): string[] {
  const { report, log, location, target, at } = outcome;
  const { firstSequence: first, lastSequence: last } = report;
  const entries = last < first ? 'no entries' : rangeText({ first, last });
  return [
    `Repair of ${location.log}, ${at.toISOString()}`,
    log.source,
    '',
    `Copy: ${target}/log, ${readableCount(report.segments)} segments, ${entries}, identity ${report.identity}.`,
    'It has been read back and is whole. The original was not changed.',
    '',
    ...describeFindings(outcome),
    ...describeFilled(report),
    ...describeLoss(report),
    ...describeTail(report),
    '',
    'What comes next',
    ...(isComplete(report) ? afterCompleteRepair(outcome) : afterLoss(outcome)),
  ];
}

/** Whether every entry of the log is in the copy. */
export function isComplete({ lost, perhapsLost }: RepairReport): boolean {
  return lost.length === 0 && perhapsLost === 0;
}

function describeFindings({ report, log }: RepairOutcome): string[] {
  if (report.findings.length === 0) return ['Damage: none. The copy is the same log.'];
  const lines = report.findings.flatMap((finding, index) => describeFinding(index + 1, finding, log));
  return ['Damage', ...lines];
}

function describeFilled({ filled }: RepairReport): string[] {
  if (filled.length === 0) return [];
  return [
    '',
    'Put back from the database',
    ...filled.map((range) => {
      const count = range.last - range.first + 1;
      const proof =
        range.proven === count
          ? 'proven: the CRC of the damaged frame is that of these bytes'
          : `${range.proven} of ${count} proven by the CRC of the damaged frame; of the others nothing is left to compare with`;
      return `  ${rangeText(range)}: ${proof}`;
    }),
  ];
}

function describeLoss({ lost, perhapsLost, salvaged, firstSequence }: RepairReport): string[] {
  if (lost.length === 0 && perhapsLost === 0) return ['', 'Lost: nothing'];
  return [
    '',
    'Lost for good',
    ...lost.map((range) => `  ${rangeText(range)}`),
    ...(perhapsLost > 0
      ? [`  perhaps up to ${readableCount(perhapsLost)} more at the end: their sequences are not given again`]
      : []),
    `A log has no gaps, so the copy begins with entry ${firstSequence}.`,
    salvaged > 0
      ? `Of those before, ${readableCount(salvaged)} can be read: they are in salvaged.jsonl, one a line.`
      : 'Nothing before can be read.',
  ];
}

function describeTail({ tail, torn }: RepairReport): string[] {
  if (tail.status !== 'torn') return [];
  return [
    '',
    `Left out: a torn tail of ${readableCount(tail.bytes)} bytes, as a crash leaves it of a batch that was never acknowledged. Only if the`,
    'disk has damaged the very last batch was it acknowledged; "--durable N" takes entries up to N for acknowledged.',
    ...(torn > 0 ? [`What can be read of it is in torn-tail.jsonl (${readableCount(torn)} entries).`] : []),
  ];
}

function afterCompleteRepair({ report, location, target, next }: RepairOutcome): string[] {
  const refused = next.status === 'refuses' ? [`  But a checkout would refuse it: ${next.reason}`] : [];
  return [
    '  With the checkout stopped, put the copy in the place of the log, and start it:',
    `    mv ${location.log} ${location.log}.damaged`,
    `    mv ${target}/log ${location.log}`,
    `  It goes on with entry ${report.lastSequence + 1}. What was confirmed is not delivered again.`,
    ...refused,
  ];
}

function afterLoss({ report, log, location, target }: RepairOutcome): string[] {
  const { data } = location;
  const unknown = report.firstSequence - 1;
  const database = data === undefined ? 'DATA_DIR/checkout.sqlite' : `${data}/checkout.sqlite`;
  return [
    '  A checkout refuses a log that lacks entries its database has not stored, so both have to go. With the checkout stopped:',
    `    mv ${location.log} ${location.log}.damaged`,
    ...['', '-wal', '-shm'].map((ending) => `    mv ${database}${ending} ${database}.before-repair${ending}`),
    `    mv ${target}/log ${location.log}`,
    '  (There may be no -wal and -shm.) Then start it. It begins anew with what the copy holds: it delivers all of it again under',
    `  the same ids, which destinations apply once, and reports that ${readableCount(unknown)} purchases before are not known any more:`,
    '  they cannot be looked up, and their idempotency keys are forgotten.',
    ...(report.salvaged > 0
      ? ['  It delivers nothing of salvaged.jsonl: hand over by hand what GET /audit of a destination does not show.']
      : []),
    ...(log.hasDatabase
      ? [`  Keep ${database}.before-repair: it holds purchases and outcomes up to entry ${log.known.durable}.`]
      : []),
  ];
}
