import { openLog } from '../../shared/wal/open-log.js';
import type { Log, LogEntry, LogExpectation, LogIdentity, LogOptions, Sequence } from '../../shared/wal/types.js';
import { LogReader } from '../../shared/wal/log-reader.js';
import { FaultFiles } from './fault-files.js';
import { ManualLogClock } from './manual-log-clock.js';
import { SimulatedDisk } from './simulated-disk.js';

export const logDirectory = '/log';
export const testIdentity = '00112233445566778899aabbccddeeff' as LogIdentity;

/** Nothing is known of the log but who it is. */
export const nothingKnown: LogExpectation = {
  identity: testIdentity,
  durable: 0 as Sequence,
  lowWaterMark: 0 as Sequence,
};

export function known(durable: number, lowWaterMark = 0): LogExpectation {
  return { identity: testIdentity, durable: durable as Sequence, lowWaterMark: lowWaterMark as Sequence };
}

export interface MemoryLog {
  readonly log: Log;
  readonly disk: SimulatedDisk;
  readonly files: FaultFiles;
  readonly clock: ManualLogClock;
}

/** What a log can be set to, besides its surroundings. */
export type LogSettings = Partial<Omit<LogOptions, 'files' | 'clock' | 'expected' | 'directory'>>;

type Given = LogSettings & {
  readonly disk?: SimulatedDisk;
  readonly files?: FaultFiles;
  readonly clock?: ManualLogClock;
  readonly expected?: LogExpectation;
};

/** Opens a log on a disk in memory, without zeros allocated ahead unless that is asked for. */
export async function openMemoryLog(given: Given = {}): Promise<MemoryLog> {
  const { disk = new SimulatedDisk(), expected = nothingKnown, clock = new ManualLogClock(), ...options } = given;
  const files = given.files ?? new FaultFiles(disk);
  const log = await openLog({
    preallocateBytes: 0,
    ...options,
    directory: logDirectory,
    files,
    clock,
    expected: () => Promise.resolve(expected),
  });
  return { log, disk, files, clock };
}

/** Every payload in the log as text, as a reader sees them. */
export async function payloadsIn(
  { log, files }: Pick<MemoryLog, 'log' | 'files'>,
  after = log.recovery.firstSequence - 1,
): Promise<string[]> {
  const reader = new LogReader({ files, directory: logDirectory, after: after as Sequence });
  const found: LogEntry[] = [];
  try {
    for (;;) {
      const entries = await reader.read(log.durableSequence, 1000);
      if (entries.length === 0) break;
      found.push(...entries);
    }
  } finally {
    await reader.close();
  }
  return found.map(({ payload }) => payload.toString());
}

export function segmentPath(firstSequence: number): string {
  return `${logDirectory}/${String(firstSequence).padStart(20, '0')}.wal`;
}

/**
 * The disk of a log into which these batches were written one after the other, as its process left it. Every batch but the
 * first begins a new segment where `segmentBytes` is 1.
 */
export async function diskWith(batches: readonly (readonly string[])[], given: Given = {}): Promise<SimulatedDisk> {
  const { log, disk } = await openMemoryLog(given);
  for (const batch of batches) await Promise.all(batch.map((payload) => log.append(Buffer.from(payload))));
  await log.close();
  return disk;
}
