/*
 * The process dies, or the power goes, before each call to the disk in turn. What is checked is what a customer was told by
 * then: acknowledged purchases are there in order; behind them there may be one batch nobody had an answer to, as a whole.
 */
import { describe, expect, it } from '@jest/globals';

import { SegmentPruner } from '../../shared/wal/segment-pruner.js';
import type { Sequence } from '../../shared/wal/types.js';
import { FaultFiles } from '../support/fault-files.js';
import { settled } from '../support/hand-resolved.js';
import { SimulatedDisk, type DiskImage } from '../support/simulated-disk.js';
import {
  diskWith,
  known,
  logDirectory,
  openMemoryLog,
  payloadsIn,
  segmentPath,
  type MemoryLog,
} from '../support/memory-log.js';

/** How the disk could look at one moment, and what was promised by then. */
interface Moment {
  readonly call: string;
  readonly images: readonly DiskImage[];
  readonly acknowledged: readonly string[];
  /** The batches whose appends had no answer yet, oldest first. */
  readonly unanswered: readonly (readonly string[])[];
  readonly mark: number;
}

/** Runs batches through a log and keeps every moment before a call to the disk. */
class Recorder {
  readonly moments: Moment[] = [];
  readonly disk: SimulatedDisk;
  readonly files: FaultFiles;
  mark = 0;
  #acknowledged: string[] = [];
  #unanswered: string[][] = [];

  constructor(disk = new SimulatedDisk(), acknowledged: readonly string[] = []) {
    this.disk = disk;
    this.#acknowledged = [...acknowledged];
    this.files = new FaultFiles(disk);
    this.files.onCall = ({ name, path }) => {
      this.#keep(`${name} ${path}`);
      return undefined;
    };
  }

  async append(log: MemoryLog['log'], batch: string[]): Promise<void> {
    this.#unanswered.push(batch);
    await Promise.all(batch.map((payload) => log.append(Buffer.from(payload))));
    this.#unanswered = this.#unanswered.filter((each) => each !== batch);
    this.#acknowledged.push(...batch);
  }

  #keep(call: string): void {
    this.moments.push({
      call,
      images: [this.disk.image(), this.disk.imageAfterPowerCut()],
      acknowledged: [...this.#acknowledged],
      unanswered: this.#unanswered.map((batch) => [...batch]),
      mark: this.mark,
    });
  }
}

/** Opens the log as it would be found, and again as it is left then. */
async function checkMoment({ call, images, acknowledged, unanswered, mark }: Moment): Promise<void> {
  const inOrder = [acknowledged, ...unanswered.map((_, n) => [...acknowledged, ...unanswered.slice(0, n + 1).flat()])];
  for (const image of images) {
    const disk = new SimulatedDisk(image);
    for (const restart of ['first', 'second']) {
      const opened = await openMemoryLog({ disk, expected: known(acknowledged.length, mark) });
      const first = opened.log.recovery.firstSequence;
      const found = await payloadsIn(opened);
      const allowed = inOrder.map((payloads) => payloads.slice(first - 1));
      if (!allowed.some((payloads) => payloads.join() === found.join())) {
        throw new Error(
          `${restart} start after a crash before ${call}: found ${found.join()}, told ${acknowledged.join()}`,
        );
      }
      expect(first).toBeLessThanOrEqual(mark + 1);
      await opened.log.close();
    }
  }
}

async function checkAll(recorder: Recorder, momentsMin: number): Promise<void> {
  expect(recorder.moments.length).toBeGreaterThanOrEqual(momentsMin);
  for (const moment of recorder.moments) await checkMoment(moment);
}

describe('the process dies or the power goes before any call', () => {
  it('a purchase would be lost while the log is made, appended to, rolled and closed', async () => {
    const recorder = new Recorder();
    const { log, clock } = await openMemoryLog({ files: recorder.files, segmentBytes: 200, segmentAgeMs: 1000 });
    await recorder.append(log, ['a1', 'a2']);
    await recorder.append(log, ['b1']);
    await recorder.append(log, ['c1', 'c2', 'c3']);
    clock.advance(1000);
    await settled();
    await Promise.all([recorder.append(log, ['d1']), recorder.append(log, ['d2', 'd3'])]);
    await log.close();
    await checkAll(recorder, 25);
  });

  it('a purchase would be lost while a full disk is met, and left behind', async () => {
    const recorder = new Recorder();
    const { log } = await openMemoryLog({ files: recorder.files, segmentBytes: 200 });
    await recorder.append(log, ['a1', 'a2']);
    recorder.files.failNext('write', { code: 'ENOSPC', written: 0.7 });
    await expect(log.append(Buffer.from('refused'))).rejects.toMatchObject({ code: 'disk-full' });
    await recorder.append(log, ['b1']);
    recorder.files.failNext('write', { code: 'ENOSPC', written: 0.7 }, '.new');
    await expect(log.append(Buffer.alloc(100, 'x'))).rejects.toMatchObject({ code: 'disk-full' });
    await recorder.append(log, ['c1', 'c2', 'c3', 'c4']);
    await log.close();
    await checkAll(recorder, 20);
  });

  it('a purchase would be lost while segments are pruned', async () => {
    const batches = [['a1', 'a2'], ['b1'], ['c1', 'c2'], ['d1']];
    const recorder = new Recorder(await diskWith(batches, { segmentBytes: 1 }), batches.flat());
    const { log } = await openMemoryLog({ files: recorder.files, expected: known(6, 0), segmentBytes: 1 });
    const pruner = new SegmentPruner({ files: recorder.files, directory: logDirectory });
    await pruner.start();
    for (const mark of [1, 2, 5, 6]) {
      // Durable before anything is removed.
      recorder.mark = mark;
      const first = await pruner.prune(mark as Sequence);
      if (first !== undefined) log.pruned(first);
    }
    await recorder.append(log, ['e1']);
    await log.close();
    expect(log.stats()).toMatchObject({ firstSequence: 6, segments: 2 });
    await checkAll(recorder, 15);
  });

  it('a purchase would be lost while a torn tail is cut, which a second crash interrupts', async () => {
    const batches = [['a1', 'a2'], ['b1']];
    const disk = await diskWith([...batches, ['torn', 'in the middle']]);
    const whole = disk.image().get(segmentPath(1))!;
    for (const cut of [1, 20, 40, 70]) {
      const recorder = new Recorder(new SimulatedDisk(), batches.flat());
      recorder.disk.put(segmentPath(1), whole.subarray(0, whole.length - cut));
      recorder.disk.put(`${segmentPath(9)}.new`, Buffer.from('half a header'));
      const { log } = await openMemoryLog({ files: recorder.files });
      expect(log.recovery.tornBytes).toBeGreaterThan(0);
      await recorder.append(log, ['c1']);
      await log.close();
      await checkAll(recorder, 15);
    }
  });

  it('a purchase would be lost by a start that fails, at any call and in any way', async () => {
    const batches = [['a1', 'a2'], ['b1'], ['c1', 'c2']];
    for (const segmentBytes of [1, 1000]) {
      const disk = await diskWith([...batches, ['torn']], { segmentBytes });
      const last = segmentPath(segmentBytes === 1 ? 6 : 1);
      disk.put(last, disk.image().get(last)!.subarray(0, -8));
      for (const code of ['EIO', 'ENOSPC', 'EACCES']) {
        for (let failing = 0; ; failing += 1) {
          const attempt = new SimulatedDisk(disk.image());
          const files = new FaultFiles(attempt);
          files.onCall = (_, index) => (index === failing ? { code, written: 0.5 } : undefined);
          const outcome = await openMemoryLog({ files }).catch((error: unknown) => error);
          if (files.calls.length <= failing) break;
          expect(outcome).toMatchObject({ name: 'LogUnusableError', code: 'not-accessible' });
          expect(files.openPaths).toEqual([]);
          const images = [attempt.image(), attempt.imageAfterPowerCut()];
          await checkMoment({ call: `${failing}`, images, acknowledged: batches.flat(), unanswered: [], mark: 0 });
        }
      }
    }
  });
});
