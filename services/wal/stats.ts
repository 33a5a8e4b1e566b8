import type { FramePiece, LogTail, SurveyedSegment } from '../../shared/wal/index.js';
import { knownLog, type KnownLog } from './known-elsewhere.js';
import { locateLog } from './locate-log.js';
import type { Command } from './parse-command.js';
import { readableBytes, readableCount } from '../../shared/command-line/index.js';
import { bytesIn, inspectTold, startProgress, type ToolContext } from './tool-context.js';
import { exitCodes } from './usage.js';

interface SegmentStats {
  readonly name: string;
  readonly bytes: number;
  readonly createdAt: string | null;
  readonly firstSequence: number;
  /** One less than the first where there is no entry. */
  lastSequence: number;
  entries: number;
  batches: number;
}

/** What `--json` prints. */
interface LogStatistics {
  readonly directory: string;
  readonly identity: string | null;
  readonly firstSequence: number;
  /** Last entry of the last whole batch. */
  readonly durableSequence: number;
  readonly entries: number;
  readonly batches: number;
  readonly bytes: number;
  readonly payloadBytes: { readonly min: number; readonly mean: number; readonly max: number };
  readonly tail: LogTail;
  readonly beside: KnownLog['survey']['beside'];
  readonly findings: number;
  readonly segments: readonly SegmentStats[];
}

/** `stats`: what a log holds. */
export async function stats(command: Command & { name: 'stats' }, context: ToolContext): Promise<number> {
  const log = await knownLog(locateLog(command.directory));
  try {
    const statistics = await count(log, context, command.progress);
    await context.output.lines(...(command.json ? [JSON.stringify(statistics)] : describe(statistics)));
    return statistics.findings > 0 ? exitCodes.damaged : exitCodes.whole;
  } finally {
    log.close();
  }
}

async function count(log: KnownLog, context: ToolContext, asked: boolean): Promise<LogStatistics> {
  const progress = startProgress(context, 'counting', { asked, total: bytesIn(log) });
  const segments: SegmentStats[] = [];
  const sizes = { min: Infinity, max: 0, sum: 0 };
  let findings = 0;
  let tail: LogTail = { status: 'clean' };
  for await (const event of inspectTold(context, log, { progress })) {
    if (event.type === 'segment') segments.push(begin(event.segment));
    if (event.type === 'frames') add(segments.at(-1), sizes, event.piece);
    if (event.type === 'finding') findings += 1;
    if (event.type === 'end') ({ tail } = event.summary);
  }
  progress.end();
  const entries = segments.reduce((sum, each) => sum + each.entries, 0);
  const { directory, identity, beside } = log.survey;
  return {
    ...{ directory, identity: identity ?? null, entries, tail, beside, findings, segments },
    firstSequence: segments[0]?.firstSequence ?? 1,
    durableSequence: segments.at(-1)?.lastSequence ?? 0,
    batches: segments.reduce((sum, each) => sum + each.batches, 0),
    bytes: segments.reduce((sum, each) => sum + each.bytes, 0),
    payloadBytes:
      entries === 0
        ? { min: 0, mean: 0, max: 0 }
        : { min: sizes.min, mean: Math.round((10 * sizes.sum) / entries) / 10, max: sizes.max },
  };
}

function begin({ name, size, createdAt, firstSequence }: SurveyedSegment): SegmentStats {
  return {
    ...{ name, bytes: size, firstSequence, lastSequence: firstSequence - 1, entries: 0, batches: 0 },
    createdAt: createdAt === undefined ? null : new Date(createdAt).toISOString(),
  };
}

function add(
  segment: SegmentStats | undefined,
  sizes: { min: number; max: number; sum: number },
  piece: FramePiece,
): void {
  for (const { payloadBytes, last } of piece.frames) {
    sizes.min = Math.min(sizes.min, payloadBytes);
    sizes.max = Math.max(sizes.max, payloadBytes);
    sizes.sum += payloadBytes;
    if (segment && last) segment.batches += 1;
  }
  if (!segment) return;
  segment.entries += piece.frames.length;
  segment.lastSequence = piece.frames.at(-1)?.sequence ?? segment.lastSequence;
}

function describe(log: LogStatistics): string[] {
  const { payloadBytes, beside, findings } = log;
  const range = log.entries > 0 ? ` (${log.firstSequence} to ${log.durableSequence})` : '';
  const torn = beside.torn.map(({ name, bytes }) => `${name} (${readableBytes(bytes)})`);
  return [
    log.directory,
    `  identity      ${log.identity ?? 'not to be read'}`,
    `  created       ${log.segments[0]?.createdAt ?? 'unknown'} (oldest segment)`,
    `  entries       ${readableCount(log.entries)}${range} in ${readableCount(log.batches)} batches`,
    `  payloads      ${payloadBytes.min} to ${payloadBytes.max} bytes, ${payloadBytes.mean} on average`,
    `  size          ${readableBytes(log.bytes)} in ${log.segments.length} ${log.segments.length === 1 ? 'segment' : 'segments'}`,
    `  durable end   entry ${log.durableSequence}`,
    `  behind it     ${describeTail(log.tail)}`,
    `  beside        ${[...torn, ...beside.unfinished].join(', ') || 'nothing'}`,
    `  damage        ${findings === 0 ? 'none' : `${findings} found: "verify" tells more`}`,
    '',
    'segment                        first       last    entries   batches       bytes  created',
    ...log.segments.map((segment) =>
      [
        segment.name,
        String(segment.firstSequence).padStart(11),
        String(segment.lastSequence).padStart(10),
        String(segment.entries).padStart(10),
        String(segment.batches).padStart(9),
        String(segment.bytes).padStart(11),
        ` ${segment.createdAt ?? 'unknown'}`,
      ].join(' '),
    ),
  ];
}

/** What stands behind the last whole batch, in words. */
export function describeTail(tail: LogTail): string {
  switch (tail.status) {
    case 'clean':
      return 'nothing';
    case 'allocated':
      return `${readableBytes(tail.bytes)} of zeros: space that was allocated ahead`;
    case 'torn':
      return `${readableBytes(tail.bytes)} that are no whole batch: being written, or left by a crash (a torn tail)`;
  }
}
