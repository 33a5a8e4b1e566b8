import { describe, expect, it } from '@jest/globals';

import { SegmentPruner } from '../../shared/wal/segment-pruner.js';
import type { Sequence } from '../../shared/wal/types.js';
import { settled } from '../support/hand-resolved.js';
import { FaultFiles } from '../support/fault-files.js';
import { SimulatedDisk } from '../support/simulated-disk.js';
import { diskWith, known, logDirectory, openMemoryLog, payloadsIn, segmentPath } from '../support/memory-log.js';

/** Segments 1, 3, 4 and 6, the last of them active. */
const batches = [['1', '2'], ['3'], ['4', '5'], ['6']];
const firsts = [1, 3, 4, 6];

async function prunable(): Promise<{ disk: SimulatedDisk; files: FaultFiles; pruner: SegmentPruner }> {
  const disk = await diskWith(batches, { segmentBytes: 1 });
  const files = new FaultFiles(disk);
  return { disk, files, pruner: new SegmentPruner({ files, directory: logDirectory }) };
}

function segmentsOn(image: ReadonlyMap<string, Buffer>): string[] {
  return [...image.keys()].sort();
}

describe('pruning (W10)', () => {
  it('a purchase that somebody still waits for would be removed', async () => {
    for (let mark = 0; mark <= 10; mark += 1) {
      const { disk, pruner } = await prunable();
      await pruner.start();
      // A segment goes when the next one begins at or below the entry after the mark; the last never goes.
      const left = firsts.filter((_, n) => n === firsts.length - 1 || firsts[n + 1]! - 1 > mark);
      expect(await pruner.prune(mark as Sequence)).toBe(left.length < firsts.length ? left[0] : undefined);
      expect(segmentsOn(disk.image())).toEqual(left.map(segmentPath));
      const again = await openMemoryLog({ disk, expected: known(6, Math.min(mark, 6)) });
      expect(await payloadsIn(again)).toEqual(['1', '2', '3', '4', '5', '6'].slice(left[0]! - 1));
    }
  });

  it('a power cut between two removals would leave a gap that keeps the shop closed', async () => {
    const { files, pruner } = await prunable();
    await pruner.start();
    await pruner.prune(5 as Sequence);
    expect(files.callsOf('unlink', 'syncDirectory')).toEqual([
      'syncDirectory /log',
      `unlink ${segmentPath(1)}`,
      'syncDirectory /log',
      `unlink ${segmentPath(3)}`,
      'syncDirectory /log',
      `unlink ${segmentPath(4)}`,
      'syncDirectory /log',
    ]);
  });

  it('a removal that fails would leave a gap, or never be done', async () => {
    for (let failing = 0; failing < 8; failing += 1) {
      const { disk, files, pruner } = await prunable();
      files.onCall = (_, index) => (index === failing ? { code: 'EIO' } : undefined);
      await pruner.start().catch(() => pruner.start());
      await pruner.prune(5 as Sequence).catch(() => undefined);
      for (const image of [disk.image(), disk.imageAfterPowerCut()]) {
        const opened = await openMemoryLog({ disk: new SimulatedDisk(image), expected: known(6, 5) });
        expect(opened.log.durableSequence).toBe(6);
      }
      await pruner.prune(5 as Sequence);
      expect(segmentsOn(disk.image())).toEqual([segmentPath(6)]);
    }
  });

  it('two at a time would remove more than either may', async () => {
    const { disk, files, pruner } = await prunable();
    await pruner.start();
    const unlink = files.holdNext('unlink');
    const first = pruner.prune(2 as Sequence);
    await unlink.reached;
    const second = pruner.prune(2 as Sequence);
    await settled();
    unlink.release();
    await Promise.all([first, second]);
    await pruner.prune(5 as Sequence);
    expect(segmentsOn(disk.image())).toEqual([segmentPath(6)]);
  });

  it('segments made since the start would stay for ever', async () => {
    const { log, disk, files } = await openMemoryLog({
      segmentBytes: 1,
      onRolled: (first) => {
        pruner.added(first);
      },
    });
    const pruner = new SegmentPruner({ files, directory: logDirectory });
    await pruner.start();
    for (const payload of ['1', '2', '3']) await log.append(Buffer.from(payload));
    pruner.added(2 as Sequence);
    expect(await pruner.prune(3 as Sequence)).toBe(3);
    log.pruned(3 as Sequence);
    expect(segmentsOn(disk.image())).toEqual([segmentPath(3)]);
    expect(log.stats()).toMatchObject({ segments: 1, firstSequence: 3, durableSequence: 3 });
  });

  it('an old segment would be removed on the strength of a new one that a power cut takes away', async () => {
    const disk = await diskWith([['1'], ['2']], { segmentBytes: 1 });
    const files = new FaultFiles(disk);
    // Its name is there, but its directory has not been synced yet: the writer is in the middle of a roll.
    await disk.rename(segmentPath(2), segmentPath(9));
    await disk.syncDirectory(logDirectory);
    await disk.rename(segmentPath(9), segmentPath(2));
    const pruner = new SegmentPruner({ files, directory: logDirectory });
    await pruner.start();
    files.failNext('syncDirectory', { code: 'EIO' });
    await expect(pruner.prune(1 as Sequence)).rejects.toThrow('EIO');
    expect(segmentsOn(disk.imageAfterPowerCut())).toContain(segmentPath(2));
  });

  it('a segment that somebody has removed already would stop all pruning', async () => {
    const { disk, pruner } = await prunable();
    await pruner.start();
    disk.remove(segmentPath(1));
    expect(await pruner.prune(5 as Sequence)).toBe(6);
  });

  it('the segment that is being written would be removed, because it was made known twice', async () => {
    const { disk, pruner } = await prunable();
    await pruner.start();
    // It was made while those that are there were being listed.
    pruner.added(6 as Sequence);
    expect(await pruner.prune(6 as Sequence)).toBe(6);
    expect(segmentsOn(disk.image())).toEqual([segmentPath(6)]);
  });
});
