/*
 * Small histories in which everything happens once. Each is run once with every call to the disk recorded, so that it can be
 * crashed at any of them.
 */
import { SegmentPruner } from '../../shared/wal/segment-pruner.js';
import type { Log, Sequence } from '../../shared/wal/types.js';
import { settled } from '../support/hand-resolved.js';
import { ManualLogClock } from '../support/manual-log-clock.js';
import { diskWith, logDirectory, segmentPath, type LogSettings } from '../support/memory-log.js';
import { SimulatedDisk } from '../support/simulated-disk.js';
import { openAndCheck } from './open-and-check.js';
import { Recorder } from './recorder.js';
import { knowledge, nothingTold, type Told } from './told.js';

const segmentAgeMs = 1000;

/** What a history does with a log that is open. */
interface Stage {
  readonly recorder: Recorder;
  readonly log: Log;
  readonly clock: ManualLogClock;
  /** Whether the log has failed, so that the process must end. */
  readonly hasFailed: () => boolean;
}

export interface RecordOptions {
  readonly settings: LogSettings;
  readonly sectorBytes: number;
  /** What goes wrong with a call to the disk, by its number from 0. Then the history ends where it cannot go on. */
  readonly faultAt?: Recorder['faultAt'];
}

/** Runs a history on a new disk, and keeps the moments at which it can crash. */
export async function record(history: History, { settings, sectorBytes, faultAt }: RecordOptions): Promise<Recorder> {
  const disk = new SimulatedDisk(new Map(), { sectorBytes });
  const told = (await history.prepare?.(disk)) ?? nothingTold;
  const recorder = new Recorder(disk, told);
  if (faultAt) recorder.faultAt = faultAt;
  try {
    for (const life of history.lives) {
      const clock = new ManualLogClock();
      const expected = knowledge[history.knows ?? 'most'](recorder.told);
      let failed = false;
      const onFailed = () => {
        failed = true;
      };
      const options = { ...settings, ...history.settings, segmentAgeMs, clock, expected, onFailed };
      const { log } = await openAndCheck(recorder, options);
      try {
        await life({ recorder, log, clock, hasFailed: () => failed });
      } finally {
        await log.close();
      }
    }
  } catch (error) {
    if (!faultAt || !isOfTheFault(error)) throw error;
  }
  recorder.keep('anything more');
  return recorder;
}

/** An opening, a pruner or a closing that the disk has failed says so in the disk's words. */
function isOfTheFault(error: unknown): boolean {
  return error instanceof Error && /\b(EIO|ENOSPC|EINTR)\b/.test(error.message);
}

export interface History {
  readonly name: string;
  /** What the first life finds; by default nothing. */
  readonly prepare?: (disk: SimulatedDisk) => Promise<Told>;
  /** Beside those that all histories are run with. */
  readonly settings?: LogSettings;
  /** What the database knows whenever a life begins; by default the most. With the least, the last batch is renewed. */
  readonly knows?: keyof typeof knowledge;
  /** One after the other, each from opening to closing. */
  readonly lives: readonly ((stage: Stage) => Promise<void>)[];
}

const append =
  (...batches: string[][]) =>
  async ({ recorder, log }: Stage) => {
    for (const batch of batches) await recorder.append(log, batch);
  };

/** In the same turn: what does not fit into the batch in flight waits behind it. */
const atOnce =
  (...batches: string[][]) =>
  async ({ recorder, log }: Stage) => {
    await Promise.all(batches.map((batch) => recorder.append(log, batch)));
  };

const prune =
  (mark: number) =>
  async ({ recorder, log, hasFailed }: Stage) => {
    // The last segment may have no name on disk then: nothing before it may be removed.
    if (hasFailed()) return;
    const pruner = new SegmentPruner({ files: recorder.files, directory: logDirectory });
    await pruner.start();
    // No mark passes what was never acknowledged.
    recorder.marked(Math.min(mark, recorder.told.acknowledged.length));
    const first = await pruner.prune(recorder.told.mark as Sequence);
    if (first !== undefined) log.pruned(first);
  };

const comeOfAge = async ({ clock }: Stage) => {
  clock.advance(segmentAgeMs);
  await settled();
};

const fullDisk =
  (during: 'batch' | 'new segment', payloads: string[]) =>
  async ({ recorder, log }: Stage) => {
    recorder.files.failNext('write', { code: 'ENOSPC', written: 0.7 }, during === 'batch' ? '.wal' : '.new');
    await recorder.append(log, payloads);
  };

const failedSync =
  (payloads: string[]) =>
  async ({ recorder, log }: Stage) => {
    recorder.files.failNext('datasync', { code: 'EIO' });
    await recorder.append(log, payloads);
  };

const oneAfterTheOther =
  (...steps: ((stage: Stage) => Promise<void>)[]) =>
  async (stage: Stage) => {
    for (const step of steps) await step(stage);
  };

/** Two batches, half of a third, and a segment that was being made. */
async function tornTail(disk: SimulatedDisk): Promise<Told> {
  const batches = [['a1', 'a2'], ['b1']];
  await diskWith([...batches, ['torn', 'in the middle']], { disk });
  const path = segmentPath(1);
  disk.put(path, disk.image().get(path)!.subarray(0, -40));
  disk.put(`${segmentPath(9)}.new`, Buffer.from('half a header'));
  return { ...nothingTold, acknowledged: batches.flat() };
}

export const histories: readonly History[] = [
  { name: 'a new log, a batch', lives: [append(['a1', 'a2'])] },
  { name: 'batches, and again after a restart', lives: [append(['a1'], ['b1', 'b2']), append(['c1'])] },
  { name: 'batches that wait for each other', settings: { batchBytesMax: 1 }, lives: [atOnce(['a1'], ['b1'], ['c1'])] },
  { name: 'a roll because of age', lives: [oneAfterTheOther(append(['a1', 'a2']), comeOfAge, append(['b1']))] },
  {
    name: 'a restart on a segment without entries',
    lives: [oneAfterTheOther(append(['a1']), comeOfAge), append(['b1'])],
  },
  {
    name: 'a restart beside a database that knows nothing',
    knows: 'least',
    lives: [append(['a1'], ['b1']), append()],
  },
  {
    name: 'pruning',
    lives: [oneAfterTheOther(append(['a1'], ['b1', 'b2'], ['c1']), prune(1), append(['d1']), prune(4))],
  },
  { name: 'a full disk', lives: [oneAfterTheOther(append(['a1']), fullDisk('batch', ['x1', 'x2']), append(['b1']))] },
  {
    name: 'a full disk while a segment is made',
    lives: [oneAfterTheOther(append(['a1']), comeOfAge, fullDisk('new segment', ['x'.repeat(90)]), append(['b1']))],
  },
  { name: 'a start on a torn tail', prepare: tornTail, lives: [append(['c1'])] },
  { name: 'a failed sync', lives: [oneAfterTheOther(append(['a1']), failedSync(['b1', 'b2']))] },
  { name: 'a failed sync of the first batch of a segment', lives: [failedSync(['a1', 'a2'])] },
];
