/*
 * Longer histories that follow from a seed: a log lives, is crashed at any moment, lives on from any state that the disk was
 * left in, and so on. Calls to the disk fail in between. Some other states of each crash are opened beside the way.
 */
import { SegmentPruner } from '../../shared/wal/segment-pruner.js';
import type { Log, LogExpectation, Sequence } from '../../shared/wal/types.js';
import type { Fault, FileCall } from '../support/fault-files.js';
import { settled } from '../support/hand-resolved.js';
import { ManualLogClock } from '../support/manual-log-clock.js';
import { known, logDirectory, type LogSettings, type MemoryLog } from '../support/memory-log.js';
import { imagesAfterPowerCut } from '../support/power-cut.js';
import { createRandom, type Random } from '../../shared/customers/random.js';
import { SimulatedDisk } from '../support/simulated-disk.js';
import { CrashExplorer, CrashFoundError } from './explorer.js';
import { openAndCheck } from './open-and-check.js';
import { Recorder, type Moment } from './recorder.js';
import { nothingTold, type Told } from './told.js';
import type { VisitedStates } from './visited-states.js';

const segmentAgeMs = 1000;
const momentsBeside = 2;
const imagesBeside = 12;

const faults: readonly Fault[] = [
  { code: 'EIO' },
  { code: 'EIO', written: 0.5 },
  { code: 'EIO', written: 1 },
  { code: 'ENOSPC' },
  { code: 'ENOSPC', written: 0.5 },
  { code: 'EINTR' },
  'short-write',
];

type Living = MemoryLog & { readonly pruner: SegmentPruner };

interface Run {
  readonly random: Random;
  readonly settings: LogSettings;
  readonly sectorBytes: number;
  readonly visited: VisitedStates;
}

/** @throws CrashFoundError that names the seed */
export async function randomLives(seed: number, visited: VisitedStates): Promise<void> {
  const random = createRandom(seed);
  const settings = {
    segmentBytes: random.pick([1, 300, 1000, 4000, 100_000]),
    preallocateBytes: random.pick([0, 256, 1024]),
    // One entry to a batch, so that batches wait for each other; or all of a turn in one.
    batchBytesMax: random.pick([1, 64 * 1024]),
  };
  const run = { random, settings, sectorBytes: random.pick([64, 512]), visited };
  let disk = new SimulatedDisk(new Map(), { sectorBytes: run.sectorBytes });
  let told = nothingTold;
  for (let life = random.integer(3, 8); life > 0; life -= 1) {
    const recorder = new Recorder(disk, told);
    try {
      await live(run, recorder);
      await exploreBeside(run, recorder.moments);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new CrashFoundError(`seed ${seed}: ${reason}`, { cause: error });
    }
    const crash = random.pick(recorder.moments);
    told = crash.told;
    disk = random.integer(0, 2) === 0 ? crash.disk.copy() : powerCut(run, crash.disk);
  }
}

/** From opening to closing, or to where a failed call ends it. */
async function live(run: Run, recorder: Recorder): Promise<void> {
  const { random, settings } = run;
  const met: FileCall[] = [];
  const failing = random.integer(0, 1) === 0 ? random.integer(0, 120) : undefined;
  recorder.faultAt = (index, call) => {
    if (index !== failing || !mayFail(call)) return undefined;
    met.push(call);
    return random.pick(faults);
  };
  const clock = new ManualLogClock();
  const pruner = new SegmentPruner({ files: recorder.files, directory: logDirectory });
  let failed = false;
  const hasFailed = () => failed;
  try {
    const opened = await openAndCheck(recorder, {
      ...settings,
      segmentAgeMs,
      clock,
      expected: someKnowledge(random, recorder.told),
      onRolled: (firstSequence) => {
        pruner.added(firstSequence);
      },
      onFailed: () => {
        failed = true;
      },
    });
    try {
      await pruner.start();
      for (let step = random.integer(0, 12); step > 0 && !hasFailed(); step -= 1)
        await doSomething(run, recorder, { ...opened, pruner });
    } finally {
      await opened.log.close();
    }
  } catch (error) {
    if (met.length === 0 || !/\b(EIO|ENOSPC|EINTR)\b/.test(String(error))) throw error;
  }
  const { openPaths } = recorder.files;
  if (openPaths.length > 0) throw new Error(`files were left open: ${openPaths.join()}`);
  recorder.keep('anything more');
}

/** Reading fails in tests of its own: it says nothing of what a crash leaves. */
function mayFail({ name }: FileCall): boolean {
  return name !== 'read' && name !== 'close';
}

/** The database knows more or less of what has been acknowledged. */
function someKnowledge(random: Random, { acknowledged, mark }: Told): LogExpectation {
  return known(random.integer(mark, acknowledged.length), mark);
}

async function doSomething(run: Run, recorder: Recorder, { log, clock, pruner }: Living): Promise<void> {
  switch (run.random.integer(0, 9)) {
    case 0:
      clock.advance(segmentAgeMs);
      await settled();
      return;
    case 1:
      // Beside a batch, and perhaps a roll.
      await Promise.all([prune(run, recorder, { log, pruner }), appendBatches(run, recorder, log)]);
      return;
    default:
      await appendBatches(run, recorder, log);
  }
}

async function prune({ random }: Run, recorder: Recorder, { log, pruner }: Pick<Living, 'log' | 'pruner'>) {
  recorder.marked(random.integer(recorder.told.mark, recorder.told.acknowledged.length));
  const first = await pruner.prune(recorder.told.mark as Sequence);
  if (first !== undefined) log.pruned(first);
}

async function appendBatches({ random, settings }: Run, recorder: Recorder, log: Log): Promise<void> {
  const entriesMax = settings.batchBytesMax === 1 ? 1 : 4;
  const batches = Array.from({ length: random.integer(1, 3) }, () => payloads(random, entriesMax));
  await Promise.all(batches.map((batch) => recorder.append(log, batch)));
}

function payloads(random: Random, entriesMax: number): string[] {
  return Array.from({ length: random.integer(1, entriesMax) }, () =>
    String(random.next()).padEnd(random.integer(1, random.pick([30, 300])), '.'),
  );
}

async function exploreBeside(run: Run, moments: readonly Moment[]): Promise<void> {
  const explorer = new CrashExplorer({ ...run, crashesMax: 1, imagesMax: imagesBeside });
  await explorer.explore(Array.from({ length: momentsBeside }, () => run.random.pick(moments)));
}

function powerCut({ random, sectorBytes }: Run, disk: SimulatedDisk): SimulatedDisk {
  for (const image of imagesAfterPowerCut(disk, { imagesMax: 1, random })) {
    return new SimulatedDisk(image, { sectorBytes });
  }
  throw new Error('a power cut leaves something');
}
