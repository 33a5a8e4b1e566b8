import { describe, expect, it } from '@jest/globals';

import { surplusBytesLimit } from '../../../shared/wal/check-sealed.js';
import { frameBytes, frameSeed, sealFrame, tornBytesLimit, writeFrame } from '../../../shared/wal/frame.js';
import { inspectLog } from '../../../shared/wal/inspect/inspect-log.js';
import { surveyLog } from '../../../shared/wal/inspect/survey-log.js';
import { encodeSegmentHeader, segmentHeaderBytes } from '../../../shared/wal/segment-header.js';
import type { FilePort, LogFile, LogIdentity, Sequence } from '../../../shared/wal/types.js';
import {
  change,
  flip,
  framePlaces,
  heldElsewhere,
  inspected,
  lostIn,
  unknownLog,
} from '../../support/inspected-log.js';
import { FaultFiles } from '../../support/fault-files.js';
import { SimulatedDisk } from '../../support/simulated-disk.js';
import { diskWith, known, logDirectory, openMemoryLog, segmentPath, testIdentity } from '../../support/memory-log.js';

const batches = [['a1', 'a2'], ['b1'], ['c1', 'c2', 'c3'], ['d1']];
const all = batches.flat();
const oneSegmentEach = { segmentBytes: 1 };
const frame = 32;

/** Where the frame of an entry begins, if all are in one segment. */
const at = (sequence: number) => segmentHeaderBytes + (sequence - 1) * frame;

function bytesOf(disk: SimulatedDisk, path: string): Buffer {
  const bytes = disk.image().get(path);
  if (!bytes) throw new Error(`${path} is not there`);
  return bytes;
}

describe('a log that is whole', () => {
  it('a person would be sent to repair what is not broken', async () => {
    for (const options of [{}, oneSegmentEach]) {
      const { findings, entries, summary } = await inspected(await diskWith(batches, options));
      expect(findings).toEqual([]);
      expect([...entries]).toEqual(all.map((payload, n) => [n + 1, payload]));
      expect(summary).toEqual({ lastSequence: 7, tail: { status: 'clean' }, unfinishedCuts: [] });
    }
  });

  it('an empty log, or none, would seem damaged', async () => {
    expect((await inspected(await diskWith([]))).findings).toEqual([]);
    expect((await inspected(new SimulatedDisk())).summary.lastSequence).toBe(0);
  });

  it('a long log of large entries would not be read to its end, or not from the middle', async () => {
    const large = Array.from({ length: 9 }, (_, n) => [String(n).repeat(n % 2 === 0 ? 1024 * 1024 : 700_001)]);
    const disk = await diskWith(large, { segmentBytes: 4_000_000 });
    const { findings, entries } = await inspected(disk);
    expect(findings).toEqual([]);
    expect([...entries.values()]).toEqual(large.flat());
    const { entries: late } = await inspected(disk, { from: 8 });
    expect(late.get(8)).toBe(large[7]?.[0]);
    expect(late.has(1)).toBe(false);
  });
});

describe('an inspection that is broken off', () => {
  it('files would stay open, wherever it is', async () => {
    const disk = await diskWith(batches, oneSegmentEach);
    const files = new FaultFiles(disk);
    const survey = await surveyLog(files, logDirectory);
    for (let events = 1; events < 10; events += 1) {
      let left = events;
      for await (const event of inspectLog({ files, survey, known: unknownLog })) {
        expect(event).toBeDefined();
        left -= 1;
        if (left === 0) break;
      }
      expect(files.openPaths).toEqual([]);
    }
  });
});

describe('damage', () => {
  it('a flipped bit, at any byte of a sealed segment, would go unseen, or cost more than one purchase', async () => {
    const image = (await diskWith(batches, oneSegmentEach)).image();
    const path = segmentPath(4);
    for (let byte = 0; byte < (image.get(path)?.length ?? 0); byte += 1) {
      const disk = new SimulatedDisk(image);
      change(disk, path, (bytes) => flip(bytes, byte));
      const { findings, entries } = await inspected(disk);
      const lost = byte < segmentHeaderBytes ? [] : [4 + Math.floor((byte - segmentHeaderBytes) / frame)];
      expect({ byte, lost: lostIn(findings), count: findings.length }).toEqual({ byte, lost, count: 1 });
      expect(findings[0]).toMatchObject({ file: path, perhapsLost: 0 });
      expect(entries.size).toBe(all.length - lost.length);
    }
  });

  it('only the first of several would be told, and the others found after the repair', async () => {
    const disk = await diskWith(batches, oneSegmentEach);
    change(disk, segmentPath(1), (bytes) => flip(bytes, 70));
    change(disk, segmentPath(4), (bytes) => flip(flip(bytes, 70), 70 + 2 * frame));
    expect(lostIn((await inspected(disk)).findings)).toEqual([1, 4, 6]);
  });

  it('the place, the size and the reason would be missing', async () => {
    const disk = await diskWith(batches);
    change(disk, segmentPath(1), (bytes) => bytes.fill(0xff, at(3), at(5)));
    expect((await inspected(disk)).findings).toEqual([
      {
        ...{ kind: 'damaged-bytes', file: segmentPath(1), offset: at(3), bytes: 2 * frame },
        reason: 'the length of the frame is 4294967295',
        lost: { first: 3, last: 4 },
        perhapsLost: 0,
      },
    ]);
  });

  it('bytes that were taken out or put in would make everything behind them unreadable', async () => {
    const taken = await diskWith(batches);
    change(taken, segmentPath(1), (bytes) => Buffer.concat([bytes.subarray(0, at(3) + 5), bytes.subarray(at(4) + 2)]));
    expect(lostIn((await inspected(taken)).findings)).toEqual([3, 4]);
    const put = await diskWith(batches);
    change(put, segmentPath(1), (bytes) =>
      Buffer.concat([bytes.subarray(0, at(3)), Buffer.alloc(13, 7), bytes.subarray(at(3))]),
    );
    const { findings, entries } = await inspected(put);
    expect(findings).toMatchObject([{ kind: 'surplus-bytes', offset: at(3), bytes: 13, lost: undefined }]);
    expect(entries.size).toBe(all.length);
  });

  it('a block in the place of another would hide the good entries between the two', async () => {
    const many = Array.from({ length: 30 }, (_, n) => [`entry ${n + 10}`]);
    const places = framePlaces(many);
    const image = (await diskWith(many)).image();
    for (let to = 1; to <= 27; to += 1) {
      for (const from of [1, 9, 20, 27].filter((each) => Math.abs(each - to) > 2)) {
        const disk = new SimulatedDisk(image);
        const [source, target] = [places.get(from)!, places.get(to)!];
        change(disk, segmentPath(1), (bytes) => {
          bytes.copy(bytes, target.offset + 3, source.offset, source.offset + 2 * source.bytes + 16);
          return bytes;
        });
        const { findings, entries } = await inspected(disk);
        expect({ to, from, lost: lostIn(findings) }).toEqual({ to, from, lost: [to, to + 1, to + 2] });
        expect(entries.size).toBe(27);
      }
    }
  });
});

describe('segments as files', () => {
  it('a segment that somebody removed would not be missed', async () => {
    const disk = await diskWith(batches, oneSegmentEach);
    disk.remove(segmentPath(3));
    const { findings, entries } = await inspected(disk);
    expect(findings).toMatchObject([{ kind: 'missing-entries', file: segmentPath(1), lost: { first: 3, last: 3 } }]);
    expect(entries.size).toBe(6);
  });

  it('segments whose names were swapped, or changed, could not be read any more', async () => {
    const swapped = await diskWith(batches, oneSegmentEach);
    const [first, third] = [bytesOf(swapped, segmentPath(1)), bytesOf(swapped, segmentPath(4))];
    swapped.put(segmentPath(1), third);
    swapped.put(segmentPath(4), first);
    const outcome = await inspected(swapped);
    expect(outcome.findings.map(({ kind }) => kind)).toEqual(['misnamed-segment', 'misnamed-segment']);
    expect([...outcome.entries.values()]).toEqual(all);

    const renamed = await diskWith(batches, oneSegmentEach);
    renamed.put('/log/copy.wal', bytesOf(renamed, segmentPath(3)));
    renamed.remove(segmentPath(3));
    const { findings, entries } = await inspected(renamed);
    expect(findings).toMatchObject([{ kind: 'misnamed-segment', file: '/log/copy.wal' }]);
    expect([...entries.values()]).toEqual(all);
  });

  it('a copy that somebody left beside a segment would be told as entries, or take its place', async () => {
    const disk = await diskWith(batches, oneSegmentEach);
    disk.put('/log/00000000000000000002.wal', bytesOf(disk, segmentPath(1)));
    const { findings, entries } = await inspected(disk);
    expect(findings).toMatchObject([{ kind: 'repeated-segment', file: '/log/00000000000000000002.wal' }]);
    expect(entries.size).toBe(7);
  });

  it('a segment of another log would pass for this one’s', async () => {
    const disk = await diskWith(batches, oneSegmentEach);
    const identity = 'ffffffffffffffffffffffffffffffff' as LogIdentity;
    const other = await diskWith(batches, { ...oneSegmentEach, expected: { ...known(0), identity } });
    disk.put(segmentPath(3), bytesOf(other, segmentPath(3)));
    const { findings, survey } = await inspected(disk);
    expect(survey.identity).toBe(testIdentity);
    expect(findings).toMatchObject([
      { kind: 'foreign-segment', file: segmentPath(3) },
      { kind: 'missing-entries', lost: { first: 3, last: 3 } },
    ]);
    expect((await inspected(disk, { known: { ...known(0), identity } })).survey.segments).toHaveLength(1);
  });

  it('a segment of a newer build would be called damaged, and repaired away', async () => {
    const disk = await diskWith(batches, oneSegmentEach);
    change(disk, segmentPath(3), (bytes) => {
      bytes.writeUInt32LE(2, 8);
      bytes.writeUInt32LE(0, 60);
      return bytes;
    });
    const { findings, entries } = await inspected(disk);
    expect(findings).toMatchObject([{ kind: 'unknown-version', file: segmentPath(3), lost: undefined }]);
    expect(entries.size).toBe(0);
  });

  it('a segment that is not the one its successor was made behind would pass', async () => {
    const disk = await diskWith(batches, oneSegmentEach);
    const other = await diskWith([['x1', 'x2'], ['b1']], oneSegmentEach);
    disk.put(segmentPath(1), bytesOf(other, segmentPath(1)));
    expect((await inspected(disk)).findings).toMatchObject([
      { kind: 'broken-chain', file: segmentPath(1), lost: undefined },
    ]);
  });

  it('a header that is damaged would make its entries unreadable, even if it is the only one', async () => {
    const disk = await diskWith(batches);
    change(disk, segmentPath(1), (bytes) => flip(bytes, 50));
    const { findings, entries } = await inspected(disk);
    expect(findings).toMatchObject([{ kind: 'damaged-header', offset: 0, bytes: 64 }]);
    expect(entries.size).toBe(7);
    change(disk, segmentPath(1), (bytes) => bytes.fill(0, 0, 64));
    expect((await inspected(disk, { known: known(0) })).entries.size).toBe(7);
  });
});

describe('the end of the log', () => {
  it('what a crash leaves, cut at any byte, would be called damage', async () => {
    const image = (await diskWith(batches.slice(0, 3))).image();
    for (let length = at(4) + 1; length < at(7); length += 1) {
      const disk = new SimulatedDisk(image);
      change(disk, segmentPath(1), (bytes) => bytes.subarray(0, length));
      const { findings, entries, summary } = await inspected(disk);
      expect({ length, findings }).toEqual({ length, findings: [] });
      expect(entries.size).toBe(3);
      expect(summary).toMatchObject({
        lastSequence: 3,
        tail: { status: 'torn', offset: at(4), bytes: expect.anything() },
      });
    }
  });

  it('a batch of which only the middle did not reach the disk would be called damage', async () => {
    const disk = await diskWith(batches.slice(0, 3));
    change(disk, segmentPath(1), (bytes) => bytes.fill(0, at(5), at(6)));
    expect(await inspected(disk)).toMatchObject({
      findings: [],
      summary: { lastSequence: 3, tail: { status: 'torn' } },
    });
  });

  it('damage to what a later batch proves to have been durable would pass for a torn tail', async () => {
    const disk = await diskWith([...batches, ['e1']]);
    change(disk, segmentPath(1), (bytes) => flip(bytes, at(5) + 30).subarray(0, -1));
    const { findings, entries, summary } = await inspected(disk);
    expect(findings).toMatchObject([{ offset: at(5), lost: { first: 5, last: 5 }, perhapsLost: 0 }]);
    expect([...entries.keys()]).toEqual([1, 2, 3, 4, 6, 7]);
    expect(summary.tail).toMatchObject({ status: 'torn', offset: at(8) });
  });

  it('a part of a later batch would not be proof enough', async () => {
    const disk = await diskWith([...batches.slice(0, 3), ['d1', 'd2']]);
    change(disk, segmentPath(1), (bytes) => flip(bytes, at(5) + 30).subarray(0, -1));
    const { findings, summary } = await inspected(disk);
    expect(lostIn(findings)).toEqual([5]);
    expect(summary.tail).toMatchObject({ status: 'torn', offset: at(7) });
  });

  it('space that was allocated ahead would be called damage or a torn tail', async () => {
    for (const zeros of [1, 7, 8, 4096, 1024 * 1024]) {
      const disk = await diskWith(batches);
      change(disk, segmentPath(1), (bytes) => Buffer.concat([bytes, Buffer.alloc(zeros)]));
      const { findings, summary } = await inspected(disk);
      expect(findings).toEqual([]);
      expect(summary.tail).toMatchObject({ status: 'allocated', offset: at(8), bytes: zeros });
      change(disk, segmentPath(1), (bytes) => {
        bytes.writeUInt8(1, at(8));
        return bytes;
      });
      expect((await inspected(disk)).summary.tail).toMatchObject({ status: 'torn', offset: at(8), bytes: 1 });
    }
  });

  it('zeros in the place of a batch that was durable would pass for space', async () => {
    const disk = await diskWith(batches);
    change(disk, segmentPath(1), (bytes) => bytes.fill(0, at(4)));
    const { findings, summary } = await inspected(disk, { known: known(6) });
    expect(findings).toMatchObject([
      { kind: 'missing-entries', offset: at(4), lost: { first: 4, last: 6 }, perhapsLost: 0 },
    ]);
    expect(summary.lastSequence).toBe(6);
  });

  it('more rubbish than a crash leaves would pass for a torn tail', async () => {
    const disk = await diskWith(batches);
    const rubbish = tornBytesLimit + 8;
    change(disk, segmentPath(1), (bytes) => Buffer.concat([bytes, Buffer.alloc(rubbish, 0xee)]));
    const { findings } = await inspected(disk);
    const perhapsLost = Math.floor(rubbish / frameBytes(1));
    expect(findings).toMatchObject([{ kind: 'damaged-bytes', lost: undefined, perhapsLost }]);
  });

  it('how many were lost at the end would be guessed where the database knows it', async () => {
    const disk = await diskWith(batches);
    change(disk, segmentPath(1), (bytes) => flip(bytes, at(7) + 2));
    const lost = { first: 7, last: 7 };
    const payloadOf = heldElsewhere(batches);
    expect((await inspected(disk, { known: known(7), payloadOf })).findings).toMatchObject([{ lost, perhapsLost: 0 }]);
    change(disk, segmentPath(1), (bytes) => Buffer.concat([bytes, Buffer.alloc(frame, 1)]));
    expect((await inspected(disk, { known: known(7), payloadOf })).findings).toMatchObject([{ lost, perhapsLost: 1 }]);
  });

  it('a log that lacks its end or its beginning, or all of it, would pass for a shorter one', async () => {
    const disk = await diskWith(batches, oneSegmentEach);
    disk.remove(segmentPath(7));
    disk.remove(segmentPath(1));
    const { findings } = await inspected(disk, { known: known(7, 1) });
    expect(findings).toMatchObject([
      { kind: 'missing-entries', file: '/log', lost: { first: 2, last: 2 } },
      { kind: 'missing-entries', file: segmentPath(4), lost: { first: 7, last: 7 } },
    ]);
    expect((await inspected(disk, { known: known(6, 2) })).findings).toEqual([]);
    const gone = await inspected(new SimulatedDisk(), { known: known(7, 2) });
    expect(gone.findings).toMatchObject([{ kind: 'missing-entries', lost: { first: 3, last: 7 } }]);
  });
});

describe('a start that a crash cut short', () => {
  const seed = frameSeed(testIdentity);
  const batchOf = (sequence: number, payload: string): Buffer => {
    const bytes = Buffer.alloc(frame);
    sealFrame(bytes, 0, writeFrame(bytes, 0, sequence as Sequence, 0, Buffer.from(payload)), seed, true);
    return bytes;
  };
  /** The last batch of the first segment stands in the second as well. */
  async function rolled(copy: Buffer): Promise<SimulatedDisk> {
    const disk = await diskWith(batches);
    const first = bytesOf(disk, segmentPath(1));
    const header = encodeSegmentHeader({
      ...{ identity: testIdentity, firstSequence: 7 as Sequence, createdAt: 1 },
      ...{ predecessorBytes: at(7), predecessorCrc: first.readUInt32LE(at(6)) },
    });
    disk.put(segmentPath(7), Buffer.concat([header.bytes, first.subarray(at(7))]));
    disk.put(segmentPath(1), Buffer.concat([first.subarray(0, at(7)), copy]));
    return disk;
  }

  it('what a crash left behind the end that a successor states would be called damage', async () => {
    for (const surplus of [batchOf(7, 'd1'), Buffer.concat([batchOf(7, 'd1'), Buffer.alloc(4096)]), Buffer.alloc(32)]) {
      const outcome = await inspected(await rolled(surplus));
      expect(outcome.findings).toEqual([]);
      expect([...outcome.entries.values()]).toEqual(all);
      expect(outcome.summary.unfinishedCuts).toEqual([segmentPath(1)]);
    }
  });

  it('more than a crash leaves there would pass', async () => {
    const { findings } = await inspected(await rolled(Buffer.alloc(surplusBytesLimit + 8)));
    expect(findings).toMatchObject([{ kind: 'surplus-bytes', file: segmentPath(1), offset: at(7), lost: undefined }]);
  });
});

describe('beside a checkout that runs', () => {
  /** A port on which the reads of one file, up to the given one, still see how it was before. */
  function lagging(disk: SimulatedDisk, path: string, before: Buffer, staleReads: number): FilePort {
    let reads = 0;
    const open: FilePort['open'] = async (opened, mode) => {
      const file = await disk.open(opened, mode);
      if (opened !== path) return file;
      const read: LogFile['read'] = async (buffer, position) => {
        const count = await file.read(buffer, position);
        if (reads >= staleReads || position < segmentHeaderBytes) return count;
        reads += 1;
        // The page cache as it was when only a part of the last batch had been written.
        if (position < before.length) before.copy(buffer, 0, position, position + count);
        buffer.fill(0, Math.max(0, before.length - position), count);
        return count;
      };
      return { ...file, read };
    };
    const list: FilePort['list'] = (directory) => disk.list(directory);
    return { open, list } as FilePort;
  }

  it('a batch that was half written when it was read would be called damage once later ones are there', async () => {
    const large = Array.from({ length: 7 }, (_, n) => [String(n).repeat(500_000)]);
    const disk = await diskWith(large);
    const whole = bytesOf(disk, segmentPath(1));
    const { offset } = framePlaces(large).get(4)!;
    for (const written of [0, 8, 24, 300_000]) {
      const files = lagging(disk, segmentPath(1), whole.subarray(0, offset + written), 1);
      const { findings, entries } = await inspected(disk, { files });
      expect({ written, findings }).toEqual({ written, findings: [] });
      expect([...entries.keys()]).toEqual([1, 2, 3, 4, 5, 6, 7]);
    }
  });

  it('a segment that is pruned between the survey and its turn would be called missing', async () => {
    const disk = await diskWith(batches, oneSegmentEach);
    const survey = await surveyLog(disk, logDirectory, testIdentity);
    disk.remove(segmentPath(1));
    disk.remove(segmentPath(3));
    const told: string[] = [];
    for await (const event of inspectLog({ files: disk, survey, known: known(7, 3) })) {
      told.push(event.type === 'segment' ? event.segment.path : event.type);
    }
    expect(told).toEqual([segmentPath(4), 'frames', segmentPath(7), 'frames', 'end']);
  });

  it('what a writer appends meanwhile would not be left for the next time', async () => {
    const { log, disk } = await openMemoryLog();
    await log.append(Buffer.from('one'));
    expect((await inspected(disk)).entries.size).toBe(1);
    await log.append(Buffer.from('two'));
    expect((await inspected(disk)).entries.size).toBe(2);
    await log.close();
  });
});
