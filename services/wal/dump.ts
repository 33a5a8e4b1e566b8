import { setTimeout as sleep } from 'node:timers/promises';

import { LogFollower, nodeFiles, payloadIn, SegmentShrunkError } from '../../shared/wal/index.js';
import type { Finding, FramePiece, Sequence } from '../../shared/wal/index.js';
import { entryLine } from './entry-line.js';
import { knownLog, type KnownLog } from './known-elsewhere.js';
import { locateLog } from './locate-log.js';
import type { Command } from './parse-command.js';
import { bytesIn, inspectTold, startProgress, type ToolContext } from './tool-context.js';
import { exitCodes } from './usage.js';

type Dump = Command & { name: 'dump' };

const lookIntervalMs = 100;

/** `dump`: every entry as a line of JSON. */
export async function dump(command: Dump, context: ToolContext): Promise<number> {
  const log = await knownLog(locateLog(command.directory));
  try {
    const { next, damaged } = await dumpPresent(command, context, log);
    if (command.follow && next <= command.to) await follow(command, context, log, next);
    return damaged ? exitCodes.damaged : exitCodes.whole;
  } finally {
    log.close();
  }
}

/** What is there now; resolves with the entry that comes next. */
async function dumpPresent(
  command: Dump,
  context: ToolContext,
  log: KnownLog,
): Promise<{ next: Sequence; damaged: boolean }> {
  const { from, to } = command;
  const progress = startProgress(context, 'dumping', { asked: command.progress, total: bytesIn(log) });
  let next = from;
  let damaged = false;
  try {
    for await (const event of inspectTold(context, log, { progress, from })) {
      if (event.type === 'finding' && concerns(event.finding, from, to)) {
        damaged = true;
        context.errors.write(`wal dump: ${describeBriefly(event.finding)}\n`);
      }
      if (event.type === 'segment' && event.segment.firstSequence > to) break;
      if (event.type !== 'frames') continue;
      await context.output.write(linesOf(event.segment.name, event.piece, from, to));
      next = Math.max(next, (event.piece.frames.at(-1)?.sequence ?? 0) + 1) as Sequence;
      if (next > to) break;
    }
  } catch (error) {
    // A service is starting: what it has cut off here, following finds in the next segment.
    if (!command.follow || !(error instanceof SegmentShrunkError)) throw error;
  }
  progress.end();
  return { next, damaged };
}

function concerns({ lost }: Finding, from: Sequence, to: Sequence): boolean {
  return lost === undefined || (lost.first <= to && lost.last >= from);
}

function describeBriefly({ file, offset, reason, lost }: Finding): string {
  const cost = lost ? `entries ${lost.first} to ${lost.last} cannot be read` : 'no entry is lost by it';
  return `${file}, byte ${offset}: ${reason} (${cost}; "verify" tells more)`;
}

function linesOf(segment: string, piece: FramePiece, from: Sequence, to: Sequence): string {
  return piece.frames
    .filter(({ sequence }) => sequence >= from && sequence <= to)
    .map((frame) => entryLine(frame.sequence, { segment, ...frame }, payloadIn(piece, frame)))
    .join('');
}

/** Until Ctrl-C, or until the last entry that was asked for. */
async function follow({ to }: Dump, context: ToolContext, { survey }: KnownLog, next: Sequence): Promise<void> {
  const { directory, identity } = survey;
  if (identity === undefined) {
    context.errors.write('wal dump: there is no log yet to follow\n');
    return;
  }
  const follower = new LogFollower({ files: nodeFiles, directory, identity, next });
  try {
    while (!context.interrupted.aborted) {
      for await (const followed of follower.look()) {
        if (followed.type === 'skipped') {
          const { first, last } = followed.range;
          context.errors.write(
            `wal dump: entries ${first} to ${last} were pruned before they were read, or are damaged\n`,
          );
          continue;
        }
        await context.output.write(linesOf(followed.segment, followed.piece, next, to));
        if ((followed.piece.frames.at(-1)?.sequence ?? 0) >= to) return;
      }
      await sleep(lookIntervalMs, undefined, { signal: context.interrupted }).catch(onlyAbort);
    }
  } finally {
    await follower.close();
  }
}

function onlyAbort(error: unknown): void {
  if (!(error instanceof Error && error.name === 'AbortError')) throw error;
}
