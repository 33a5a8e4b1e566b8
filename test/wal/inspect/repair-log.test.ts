import { describe, expect, it } from '@jest/globals';

import { frameBytes, tornBytesLimit } from '../../../shared/wal/frame.js';
import {
  change,
  copyDirectory,
  flip,
  framePlaces,
  heldElsewhere,
  repaired,
  unknownLog,
} from '../../support/inspected-log.js';
import { SimulatedDisk, type DiskImage } from '../../support/simulated-disk.js';
import { diskWith, known, openMemoryLog, payloadsIn, segmentPath, testIdentity } from '../../support/memory-log.js';

const batches = [['a1', 'a2'], ['b1'], ['c1', 'c2', 'c3'], ['d1']];
const all = batches.flat();
const oneSegmentEach = { segmentBytes: 1 };

/** What a checkout finds in the copy. */
async function opened(copy: DiskImage, expected = known(0)): Promise<{ payloads: string[]; first: number }> {
  const memory = await openMemoryLog({ disk: new SimulatedDisk(copy), expected: { ...expected, identity: undefined } });
  const payloads = await payloadsIn(memory);
  const { firstSequence, identity } = memory.log.recovery;
  await memory.log.close();
  expect(identity).toBe(testIdentity);
  return { payloads, first: firstSequence };
}

describe('a log that the database can make whole', () => {
  it('what was put back would not be what was lost: the copy would differ from the log before the damage', async () => {
    for (const segmentEach of [false, true]) {
      const image = (await diskWith(batches, segmentEach ? oneSegmentEach : {})).image();
      for (const [sequence, { path, offset, bytes }] of framePlaces(batches, segmentEach)) {
        // The CRC, the length, the sequence, the place in the batch, the flags, the payload, the padding.
        for (const byte of [0, 5, 9, 17, 20, 25, bytes - 1]) {
          const disk = new SimulatedDisk(image);
          change(disk, path, (whole) => flip(whole, offset + byte));
          const { report, copy } = await repaired(disk, { known: known(7), payloadOf: heldElsewhere(batches) });
          expect({ byte, copy }).toEqual({ byte, copy: byte === 0 ? expect.anything() : image });
          const proven = byte === 0 ? 0 : 1;
          expect(report.filled).toEqual([{ first: sequence, last: sequence, proven }]);
          expect(report).toMatchObject({ lost: [], perhapsLost: 0, salvaged: 0, firstSequence: 1, lastSequence: 7 });
          expect(await opened(copy, known(7))).toEqual({ payloads: all, first: 1 });
        }
      }
    }
  });

  it('damage over several purchases and batches would be filled with the right purchases in the wrong batches', async () => {
    const image = (await diskWith(batches)).image();
    const disk = new SimulatedDisk(image);
    // Everything but the CRC of entries 2 to 6 is gone.
    for (const sequence of [2, 3, 4, 5, 6]) {
      const { path, offset, bytes } = framePlaces(batches).get(sequence)!;
      change(disk, path, (whole) => whole.fill(0, offset + 4, offset + bytes));
    }
    const { report, copy } = await repaired(disk, { known: known(7), payloadOf: heldElsewhere(batches) });
    expect(report.filled).toEqual([{ first: 2, last: 6, proven: 5 }]);
    expect(copy).toEqual(image);
  });

  it('a wrong payload would be called proven', async () => {
    const disk = await diskWith(batches);
    change(disk, segmentPath(1), (bytes) => flip(bytes, framePlaces(batches).get(4)!.offset + 25));
    const { report } = await repaired(disk, { known: known(7), payloadOf: () => Buffer.from('c2') });
    expect(report.filled).toEqual([{ first: 4, last: 4, proven: 0 }]);
  });

  it('a segment that is missing, at the beginning, in between or at the end, would stay missing', async () => {
    for (const missing of [1, 3, 4, 7]) {
      const disk = await diskWith(batches, oneSegmentEach);
      disk.remove(segmentPath(missing));
      const { report, copy } = await repaired(disk, { known: known(7), payloadOf: heldElsewhere(batches) });
      expect({ missing, lost: report.lost }).toEqual({ missing, lost: [] });
      expect((await opened(copy, known(7))).payloads).toEqual(all);
    }
  });

  it('segments under wrong names would not get their own back', async () => {
    const image = (await diskWith(batches, oneSegmentEach)).image();
    const disk = new SimulatedDisk(image);
    disk.put(segmentPath(1), image.get(segmentPath(4))!);
    disk.put(segmentPath(4), image.get(segmentPath(1))!);
    expect((await repaired(disk)).copy).toEqual(image);
  });
});

describe('a log that nothing is wrong with', () => {
  it('the copy would be another log', async () => {
    for (const options of [{}, oneSegmentEach]) {
      const disk = await diskWith(batches, options);
      const image = disk.image();
      const { report, copy } = await repaired(disk);
      expect(copy).toEqual(image);
      expect(report).toMatchObject({ findings: [], filled: [], lost: [], tail: { status: 'clean' } });
    }
  });

  it('a log whose beginning was pruned would grow one again, or be refused', async () => {
    const disk = await diskWith(batches, oneSegmentEach);
    disk.remove(segmentPath(1));
    const image = disk.image();
    const { copy } = await repaired(disk, { known: known(7, 2), payloadOf: heldElsewhere(batches) });
    expect(copy).toEqual(image);
  });

  it('a torn tail would go into the copy, and what can be read of it would be gone', async () => {
    const disk = await diskWith(batches.slice(0, 3));
    change(disk, segmentPath(1), (bytes) => bytes.subarray(0, -1));
    const { report, copy, torn } = await repaired(disk);
    expect(report).toMatchObject({ lost: [], lastSequence: 3, torn: 2, tail: { status: 'torn' } });
    expect(torn).toEqual([4, 5]);
    expect((await opened(copy)).payloads).toEqual(['a1', 'a2', 'b1']);
  });
});

describe('entries that nothing holds any more', () => {
  it('a sequence would be given twice, or a gap be papered over', async () => {
    const disk = await diskWith(batches);
    change(disk, segmentPath(1), (bytes) => flip(bytes, framePlaces(batches).get(4)!.offset + 30));
    const { report, copy, salvaged } = await repaired(disk, { known: known(7) });
    expect(report).toMatchObject({ lost: [{ first: 4, last: 4 }], firstSequence: 5, lastSequence: 7, salvaged: 3 });
    expect([...salvaged]).toEqual([1, 2, 3].map((sequence) => [sequence, all[sequence - 1]]));
    expect(await opened(copy)).toEqual({ payloads: ['c2', 'c3', 'd1'], first: 5 });
  });

  it('what the database has of a hole would not be saved with the rest', async () => {
    const disk = await diskWith(batches);
    change(disk, segmentPath(1), (bytes) =>
      bytes.fill(0, framePlaces(batches).get(2)!.offset, framePlaces(batches).get(5)!.offset),
    );
    const { report, salvaged } = await repaired(disk, {
      payloadOf: heldElsewhere(batches, (sequence) => sequence !== 3),
    });
    expect(report).toMatchObject({ lost: [{ first: 3, last: 3 }], firstSequence: 4, salvaged: 2 });
    expect(report.filled).toMatchObject([
      { first: 2, last: 2 },
      { first: 4, last: 4 },
    ]);
    expect([...salvaged.keys()]).toEqual([1, 2]);
  });

  it('a log that lost its end would give those sequences to the next customers', async () => {
    const disk = await diskWith(batches);
    const { report, copy } = await repaired(disk, { known: known(9) });
    expect(report).toMatchObject({ lost: [{ first: 8, last: 9 }], firstSequence: 10, lastSequence: 9, salvaged: 7 });
    expect(await opened(copy)).toEqual({ payloads: [], first: 10 });
    const log = (await openMemoryLog({ disk: new SimulatedDisk(copy), expected: unknownLog })).log;
    expect(await log.append(Buffer.from('next'))).toBe(10);
  });

  it('where nobody knows how many were lost, one of their sequences would be given again', async () => {
    const disk = await diskWith(batches);
    const rubbish = tornBytesLimit + 8;
    change(disk, segmentPath(1), (bytes) => Buffer.concat([bytes, Buffer.alloc(rubbish, 0xee)]));
    const { report } = await repaired(disk);
    expect(report).toMatchObject({ lost: [], perhapsLost: Math.floor(rubbish / frameBytes(1)), salvaged: 7 });
    expect(report.firstSequence).toBe(8 + report.perhapsLost);
  });
});

describe('what cannot be repaired', () => {
  it('a log of a newer build would be repaired away', async () => {
    const disk = await diskWith(batches, oneSegmentEach);
    change(disk, segmentPath(3), (bytes) => {
      bytes.writeUInt32LE(2, 8);
      bytes.writeUInt32LE(0, 60);
      return bytes;
    });
    await expect(repaired(disk)).rejects.toMatchObject({ code: 'unknown-version' });
    expect([...disk.image().keys()].filter((path) => path.startsWith(copyDirectory))).toEqual([]);
  });

  it('a folder without a log would become an empty one', async () => {
    await expect(repaired(new SimulatedDisk())).rejects.toThrow('/log holds no segment of a log');
  });
});
