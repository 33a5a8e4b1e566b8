import { describe, expect, it } from '@jest/globals';

import { LogCorruptError } from '../../shared/wal/errors.js';
import { frameBytes, payloadBytesMax } from '../../shared/wal/frame.js';
import { LogReader } from '../../shared/wal/log-reader.js';
import { segmentHeaderBytes } from '../../shared/wal/segment-header.js';
import type { Sequence } from '../../shared/wal/types.js';
import { FaultFiles } from '../support/fault-files.js';
import { SimulatedDisk } from '../support/simulated-disk.js';
import { diskWith, logDirectory, openMemoryLog, segmentPath } from '../support/memory-log.js';

const chunkBytes = 256 * 1024;

function readerOf(files: FaultFiles, after: number): LogReader {
  return new LogReader({ files, directory: logDirectory, after: after as Sequence });
}

/** Reads up to `durable` in portions of `limit`. */
async function readAll(
  reader: LogReader,
  durable: number,
  limit = 1000,
): Promise<{ sequence: number; text: string }[]> {
  const found: { sequence: number; text: string }[] = [];
  for (;;) {
    const entries = await reader.read(durable as Sequence, limit);
    if (entries.length === 0) return found;
    expect(entries.length).toBeLessThanOrEqual(limit);
    found.push(...entries.map(({ sequence, payload }) => ({ sequence, text: payload.toString() })));
  }
}

function numbered(count: number): string[] {
  return Array.from({ length: count }, (_, n) => `entry ${n + 1}`);
}

function asEntries(payloads: readonly string[], after = 0): { sequence: number; text: string }[] {
  return payloads.map((text, n) => ({ sequence: n + 1, text })).slice(after);
}

describe('reading', () => {
  it('a purchase would be delivered twice or never when reading begins anywhere in the log', async () => {
    const payloads = numbered(12);
    const disk = await diskWith([payloads.slice(0, 5), payloads.slice(5, 6), payloads.slice(6)], { segmentBytes: 1 });
    for (let after = 0; after <= 12; after += 1) {
      for (const limit of [1, 2, 5, 100]) {
        const files = new FaultFiles(disk);
        const reader = readerOf(files, after);
        expect(await readAll(reader, 12, limit)).toEqual(asEntries(payloads, after));
        await reader.close();
        expect(files.openPaths).toEqual([]);
      }
    }
  });

  it('entries larger than what is read at a time, or astride of it, would be lost', async () => {
    const sizes = [
      1,
      7,
      8,
      9,
      chunkBytes - 24,
      chunkBytes,
      chunkBytes + 1,
      100,
      payloadBytesMax,
      3,
      payloadBytesMax - 1,
    ];
    const payloads = sizes.map((bytes, n) => String.fromCharCode(97 + n).repeat(bytes));
    const disk = await diskWith(payloads.map((payload) => [payload]));
    for (const after of [0, 4, 8]) {
      const reader = readerOf(new FaultFiles(disk), after);
      const found = await readAll(reader, sizes.length, 3);
      expect(found.map(({ sequence }) => sequence)).toEqual(sizes.map((_, n) => n + 1).slice(after));
      expect(found.every(({ sequence, text }) => text === payloads[sequence - 1])).toBe(true);
      await reader.close();
    }
  });

  it('an entry whose frame ends where a chunk ends would be skipped or read twice', async () => {
    const filler = chunkBytes - 2 * frameBytes(8);
    const payloads = ['x'.repeat(filler - 24), 'eight by', 'another8', 'the next'];
    const reader = readerOf(new FaultFiles(await diskWith([payloads])), 0);
    expect(await readAll(reader, 4)).toEqual(asEntries(payloads));
    await reader.close();
  });

  it('a batch that is half written, or may be taken back, would be delivered', async () => {
    const disk = await diskWith([['durable'], ['not yet']]);
    const reader = readerOf(new FaultFiles(disk), 0);
    expect(await readAll(reader, 1)).toEqual(asEntries(['durable']));
    expect(await readAll(reader, 1)).toEqual([]);
    expect(await readAll(reader, 2)).toEqual([{ sequence: 2, text: 'not yet' }]);
    await reader.close();
  });

  it('a reader that has caught up would miss what comes after, or after a roll', async () => {
    const { log, files } = await openMemoryLog({ segmentBytes: 200 });
    const reader = readerOf(files, 0);
    for (let n = 1; n <= 30; n += 1) {
      await log.append(Buffer.from(`entry ${n}`));
      expect(await readAll(reader, n)).toEqual([{ sequence: n, text: `entry ${n}` }]);
    }
    expect(log.stats().segments).toBeGreaterThan(5);
    await reader.close();
    await log.close();
    expect(files.openPaths).toEqual([]);
  });

  it('memory would grow with the log', async () => {
    const { log, files } = await openMemoryLog();
    for (let n = 0; n < 8; n += 1) await log.append(Buffer.alloc(200_000, n));
    const reader = readerOf(files, 0);
    const entries = await reader.read(8 as Sequence, 1000);
    expect(entries).toHaveLength(1);
    await reader.close();
  });

  it('nothing to read would cost a look at the disk', async () => {
    const files = new FaultFiles(new SimulatedDisk());
    const reader = readerOf(files, 5);
    expect(await reader.read(5 as Sequence, 10)).toEqual([]);
    expect(await reader.read(9 as Sequence, 0)).toEqual([]);
    expect(files.calls).toEqual([]);
    await reader.close();
    await reader.close();
  });
});

describe('what cannot be read', () => {
  async function damaged(change: (bytes: Buffer) => Buffer): Promise<FaultFiles> {
    const disk = await diskWith([['one'], ['two'], ['three']]);
    disk.put(segmentPath(1), change(disk.image().get(segmentPath(1))!));
    return new FaultFiles(disk);
  }

  const secondFrame = segmentHeaderBytes + frameBytes(3);

  it('a damaged entry would be delivered, or the ones before it be lost with it', async () => {
    const files = await damaged((bytes) => bytes.fill(0xff, secondFrame + 24, secondFrame + 25));
    const reader = readerOf(files, 0);
    await expect(reader.read(3 as Sequence, 10)).rejects.toMatchObject({ file: segmentPath(1), offset: secondFrame });
    expect(await reader.read(3 as Sequence, 1)).toMatchObject([{ sequence: 1 }]);
    await expect(reader.read(3 as Sequence, 1)).rejects.toBeInstanceOf(LogCorruptError);
    await reader.close();
    expect(files.openPaths).toEqual([]);
  });

  it('purchases that were delivered long ago would be delivered again after damage on the way', async () => {
    // Its length, large or small; its sequence.
    for (const [at, value] of [
      [5, 0xff],
      [4, 0],
      [8, 0xff],
    ] as const) {
      const files = await damaged((bytes) => bytes.fill(value, secondFrame + at, secondFrame + at + 1));
      const reader = readerOf(files, 2);
      for (let attempt = 0; attempt < 3; attempt += 1) {
        await expect(reader.read(3 as Sequence, 1)).rejects.toBeInstanceOf(LogCorruptError);
      }
      await reader.close();
      expect(files.openPaths).toEqual([]);
    }
  });

  it('a log that ends before what is durable would be taken for one with nothing to deliver', async () => {
    const files = await damaged((bytes) => bytes.subarray(0, secondFrame));
    const reader = readerOf(files, 0);
    expect(await reader.read(3 as Sequence, 10)).toHaveLength(1);
    await expect(reader.read(3 as Sequence, 10)).rejects.toMatchObject({ file: segmentPath(2) });
    await reader.close();
    const cut = await damaged((bytes) => bytes.subarray(0, secondFrame + 10));
    await expect(readerOf(cut, 1).read(3 as Sequence, 10)).rejects.toMatchObject({ file: segmentPath(1) });
  });

  it('a segment that is missing, foreign or damaged in its header would leave a file open on each attempt', async () => {
    const disk = await diskWith([['one'], ['two'], ['three']], { segmentBytes: 1 });
    const changes = [
      () => {
        disk.remove(segmentPath(2));
      },
      () => {
        disk.put(segmentPath(2), Buffer.alloc(100));
      },
      () => {
        disk.put(segmentPath(2), disk.image().get(segmentPath(3))!);
      },
    ];
    for (const change of changes) {
      change();
      for (const after of [0, 1]) {
        const files = new FaultFiles(disk);
        const reader = readerOf(files, after);
        if (after === 0) await reader.read(3 as Sequence, 1);
        for (let attempt = 0; attempt < 2; attempt += 1) {
          await expect(reader.read(3 as Sequence, 10)).rejects.toBeInstanceOf(LogCorruptError);
        }
        await reader.close();
        expect(files.openPaths).toEqual([]);
      }
    }
  });

  it('a segment that was pruned before it was read would not be named', async () => {
    const disk = await diskWith([['one'], ['two']], { segmentBytes: 1 });
    disk.remove(segmentPath(1));
    const reader = readerOf(new FaultFiles(disk), 0);
    await expect(reader.read(2 as Sequence, 10)).rejects.toThrow('no segment holds entry 1');
  });

  it('any call that fails would leak a file or skip a purchase', async () => {
    const payloads = numbered(6);
    const disk = await diskWith([payloads.slice(0, 3), payloads.slice(3)], { segmentBytes: 1 });
    for (let failing = 0; ; failing += 1) {
      const files = new FaultFiles(disk);
      files.onCall = (_, index) => (index === failing ? { code: 'EIO' } : undefined);
      const reader = readerOf(files, 1);
      const found: string[] = [];
      for (let n = 0; n < 8; n += 1) {
        const entries = await reader.read(6 as Sequence, 2).catch(() => []);
        found.push(...entries.map(({ payload }) => payload.toString()));
      }
      expect(found).toEqual(payloads.slice(1));
      await reader.close().catch(() => undefined);
      expect(files.openPaths).toEqual([]);
      if (failing > files.calls.length) break;
    }
  });

  it('a segment that lacks its first entry would be taken for the end of the log', async () => {
    const disk = await diskWith([['1'], ['2']], { segmentBytes: 1 });
    disk.put(segmentPath(2), disk.image().get(segmentPath(2))!.subarray(0, segmentHeaderBytes));
    for (const after of [0, 1]) {
      const files = new FaultFiles(disk);
      const reader = readerOf(files, after);
      await expect(readAll(reader, 2)).rejects.toBeInstanceOf(LogCorruptError);
      await reader.close();
      expect(files.openPaths).toEqual([]);
    }
  });
});
