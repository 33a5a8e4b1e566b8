import { setTimeout as sleep } from 'node:timers/promises';

import { foretellNextStart, inspectLog, nodeFiles, surveyLog } from '../../shared/wal/index.js';
import type { InspectionSummary, LogTail, NextStart } from '../../shared/wal/index.js';
import { describeFinding, isHeld } from './describe-finding.js';
import { knownLog, type KnownLog } from './known-elsewhere.js';
import { locateLog, type LogLocation } from './locate-log.js';
import type { Command } from './parse-command.js';
import { readableBytes, readableCount } from '../../shared/command-line/index.js';
import { bytesIn, inspectTold, startProgress, type ToolContext } from './tool-context.js';
import { exitCodes } from './usage.js';

type Verify = Command & { name: 'verify' };

const looks = { count: 5, intervalMs: 100 };

/** `verify`: everything is read, all damage is named. */
export async function verify(command: Verify, context: ToolContext): Promise<number> {
  const location = locateLog(command.directory);
  const log = await knownLog(location, { durable: command.durable });
  try {
    return await verifyLog(command, context, location, log);
  } finally {
    log.close();
  }
}

async function verifyLog(command: Verify, context: ToolContext, location: LogLocation, log: KnownLog): Promise<number> {
  const { output } = context;
  const progress = startProgress(context, 'verifying', { asked: command.progress, total: bytesIn(log) });
  const { length } = log.survey.segments;
  await output.lines(
    `${log.survey.directory}, ${readableCount(length)} ${length === 1 ? 'segment' : 'segments'}`,
    log.source,
  );
  let entries = 0;
  let findings = 0;
  let allHeld = true;
  let newer = false;
  let summary: InspectionSummary | undefined;
  for await (const event of inspectTold(context, log, { progress })) {
    if (event.type === 'frames') entries += event.piece.frames.length;
    if (event.type === 'end') ({ summary } = event);
    if (event.type !== 'finding') continue;
    findings += 1;
    allHeld &&= isHeld(event.finding, log);
    newer ||= event.finding.kind === 'unknown-version';
    await output.lines('', ...describeFinding(findings, event.finding, log));
  }
  progress.end();
  if (!summary) throw new Error('the inspection did not end');
  const tail = await settledTail(log, summary.tail);
  const next = await nextStart(command, location);
  const bytes = bytesIn(log);
  const seconds = progress.seconds.toFixed(1);
  await output.lines(
    ...[
      '',
      `read ${readableCount(entries)} entries, ${readableBytes(bytes)} in ${seconds} s (${progress.rate(bytes)})`,
    ],
    ...(tail.status === 'torn' ? describeTorn(tail) : []),
    ...summary.unfinishedCuts.map(
      (file) => `${file} goes on behind the end that its successor states: the next start cuts that off, no damage`,
    ),
    ...describeNext(next, findings),
    ...(findings > 0 ? ['', ...whatToDo(command.directory, { allHeld, newer })] : []),
  );
  return findings > 0 || next.status === 'refuses' ? exitCodes.damaged : exitCodes.whole;
}

/** A batch that is being written looks like a torn tail; it is one only if it stays as it is. */
async function settledTail(log: KnownLog, tail: LogTail): Promise<LogTail> {
  let settled = tail;
  for (let look = 1; look < looks.count && settled.status === 'torn'; look += 1) {
    await sleep(looks.intervalMs);
    const again = await tailOf(log);
    const moved = again.status !== 'torn' || again.file !== settled.file || again.offset !== settled.offset;
    if (moved) return { status: 'clean' };
    settled = again;
  }
  return settled;
}

async function tailOf({ survey, known }: KnownLog): Promise<LogTail> {
  const now = await surveyLog(nodeFiles, survey.directory, survey.identity);
  const from = now.segments.at(-1)?.firstSequence;
  const options = { files: nodeFiles, survey: now, known, ...(from !== undefined && { from }) };
  for await (const event of inspectLog(options)) if (event.type === 'end') return event.summary.tail;
  return { status: 'clean' };
}

/** Beside a running checkout something may be written or pruned between two reads: only what stays counts. */
async function nextStart(command: Verify, location: LogLocation): Promise<NextStart> {
  let next: NextStart = { status: 'makes-new' };
  for (let look = 0; look < looks.count; look += 1) {
    const log = await knownLog(location, { durable: command.durable });
    try {
      next = await foretellNextStart({ files: nodeFiles, directory: location.log, expected: log.known });
    } finally {
      log.close();
    }
    if (next.status !== 'refuses') break;
  }
  return next;
}

function describeTorn({ file, offset, bytes, reason }: LogTail & { status: 'torn' }): string[] {
  return [
    `torn tail, no damage: ${file}, byte ${offset}, ${readableCount(bytes)} bytes: ${reason}`,
    '  What a crash left of the batch that was being written. It was never acknowledged, unless the disk has damaged the very',
    '  last batch since. The next start keeps these bytes beside the segment and cuts them off.',
  ];
}

function describeNext(next: NextStart, findings: number): string[] {
  switch (next.status) {
    case 'refuses':
      return [`the next start refuses this log: ${next.reason}`];
    case 'makes-new':
      return ['the next start makes a new log'];
    case 'opens': {
      const cut = next.tornBytes > 0 ? `, after cutting ${readableCount(next.tornBytes)} bytes` : '';
      const despite = findings > 0 ? ' It does not see the damage above.' : '';
      return [`the next start goes on behind entry ${next.durableSequence}${cut}.${despite}`];
    }
  }
}

function whatToDo(directory: string, { allHeld, newer }: { allHeld: boolean; newer: boolean }): string[] {
  if (newer) return ['What to do: run the build that wrote this log. Change nothing until then.'];
  const repair = `npm run wal -- repair ${directory} --to NEWDIR`;
  if (allHeld) {
    return [
      'What to do: nothing is lost for good. Stop the checkout if it runs, delete nothing, and make a repaired copy:',
      `  ${repair}`,
    ];
  }
  return [
    'What to do: stop the checkout if it runs, and delete nothing. If there is a backup of the log folder, restore the files',
    'named above from it and verify again. Else make a copy that has all that can be saved; it tells what is lost for good:',
    `  ${repair}`,
  ];
}
