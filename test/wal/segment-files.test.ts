import { describe, expect, it } from '@jest/globals';

import { appendToSegment, createSegment, NoSpaceError, writeFully } from '../../shared/wal/segment-files.js';
import { segmentHeaderBytes } from '../../shared/wal/segment-header.js';
import type { LogFile, Sequence } from '../../shared/wal/types.js';
import { FaultFiles } from '../support/fault-files.js';
import { SimulatedDisk } from '../support/simulated-disk.js';
import { logDirectory, segmentPath, testIdentity } from '../support/memory-log.js';

const header = {
  identity: testIdentity,
  firstSequence: 5 as Sequence,
  predecessorBytes: 100,
  predecessorCrc: 7,
  createdAt: 1_700_000_000_000,
};

function disk(): { disk: SimulatedDisk; files: FaultFiles } {
  const memory = new SimulatedDisk();
  return { disk: memory, files: new FaultFiles(memory) };
}

describe('writing fully', () => {
  function fileThatTakes(counts: number[]): { file: LogFile; written: Buffer } {
    const written = Buffer.alloc(20);
    const write = (buffer: Buffer, position: number) => {
      const count = Math.min(counts.shift() ?? buffer.length, buffer.length);
      buffer.copy(written, position, 0, count);
      return Promise.resolve(count);
    };
    return { file: { write } as LogFile, written };
  }

  it('the rest of a short write would be missing from a purchase', async () => {
    for (let first = 1; first <= 10; first += 1) {
      const { file, written } = fileThatTakes([first, 1, 2]);
      await writeFully(file, Buffer.from('0123456789'), 4);
      expect(written.toString('latin1', 4, 14)).toBe('0123456789');
    }
  });

  it('a disk that takes nothing would hold the checkout for ever', async () => {
    await expect(writeFully(fileThatTakes([3, 0]).file, Buffer.alloc(10), 0)).rejects.toThrow('wrote 0');
  });
});

describe('making a segment (W5)', () => {
  it('a purchase would go into a segment that a power cut takes away', async () => {
    const { disk: memory, files } = disk();
    const segment = await createSegment(files, logDirectory, header);
    const unfinished = `${segmentPath(5)}.new`;
    expect(files.callsOf('open', 'write', 'datasync', 'rename', 'syncDirectory')).toEqual([
      `open ${unfinished}`,
      `write ${unfinished}`,
      `datasync ${unfinished}`,
      `rename ${segmentPath(5)}`,
      `syncDirectory ${logDirectory}`,
    ]);
    expect(memory.imageAfterPowerCut().get(segmentPath(5))).toHaveLength(segmentHeaderBytes);
    expect(segment).toMatchObject({ firstSequence: 5, bytes: segmentHeaderBytes, createdAt: header.createdAt });
    expect(files.openPaths).toEqual([segmentPath(5)]);
  });

  it('the header would be cut short', async () => {
    const { disk: memory, files } = disk();
    files.failNext('write', 'short-write');
    await createSegment(files, logDirectory, header);
    expect(memory.image().get(segmentPath(5))).toHaveLength(segmentHeaderBytes);
  });

  for (const name of ['open', 'write', 'datasync', 'rename'] as const) {
    for (const code of ['ENOSPC', 'EDQUOT']) {
      it(`a disk that is full (${code}) at ${name} would stop the shop although nothing is lost`, async () => {
        const { disk: memory, files } = disk();
        files.failNext(name, { code, written: 0.5 });
        await expect(createSegment(files, logDirectory, header)).rejects.toBeInstanceOf(NoSpaceError);
        expect([...memory.image().keys()]).toEqual([]);
        expect(files.openPaths).toEqual([]);
        await expect(createSegment(files, logDirectory, header)).resolves.toMatchObject({ firstSequence: 5 });
      });
    }
  }

  for (const name of ['open', 'write', 'datasync', 'rename', 'syncDirectory'] as const) {
    it(`a failure at ${name} would pass for a full disk, or leave a file open`, async () => {
      const { files } = disk();
      files.failNext(name, { code: 'EIO' });
      const failure = await createSegment(files, logDirectory, header).catch((error: unknown) => error);
      expect(failure).toMatchObject({ code: 'EIO' });
      expect(files.openPaths).toEqual([]);
      const after = files.calls.slice(files.calls.findLastIndex((call) => call.name === name) + 1);
      expect(after.every((call) => call.name === 'close')).toBe(true);
    });
  }

  it('a full disk would be believed when the directory cannot be synced, though the segment has its name', async () => {
    const { files } = disk();
    files.failNext('syncDirectory', { code: 'ENOSPC' });
    await expect(createSegment(files, logDirectory, header)).rejects.toMatchObject({ code: 'ENOSPC' });
    expect(files.openPaths).toEqual([]);
  });

  it('a segment that could not be taken back would pass for one that was', async () => {
    const { files } = disk();
    files.failNext('write', { code: 'ENOSPC' });
    files.failNext('unlink', { code: 'EIO' });
    await expect(createSegment(files, logDirectory, header)).rejects.toMatchObject({ code: 'EIO' });
    expect(files.openPaths).toEqual([]);
  });
});

describe('appending to a segment', () => {
  const batch = Buffer.from('sixteen bytes 16');
  const noZeros = Buffer.alloc(0);

  it('the next batch would be written over this one, or leave a gap', async () => {
    const { disk: memory, files } = disk();
    const segment = await createSegment(files, logDirectory, header);
    await appendToSegment(segment, { bytes: batch, lastCrc: 1 }, noZeros, () => undefined);
    await appendToSegment(segment, { bytes: batch, lastCrc: 2 }, noZeros, () => undefined);
    expect(segment).toMatchObject({ bytes: segmentHeaderBytes + 32, lastCrc: 2 });
    expect(memory.imageAfterPowerCut().get(segmentPath(5))?.toString('latin1', segmentHeaderBytes)).toBe(
      'sixteen bytes 16sixteen bytes 16',
    );
  });

  it('a byte of a refused batch would come back with the next start (W8)', async () => {
    for (const code of ['ENOSPC', 'EDQUOT']) {
      for (const written of [0, 0.3, 0.99]) {
        const { disk: memory, files } = disk();
        const segment = await createSegment(files, logDirectory, header);
        await appendToSegment(segment, { bytes: batch, lastCrc: 1 }, noZeros, () => undefined);
        const before = memory.fingerprint();
        const since = files.calls.length;
        files.failNext('write', { code, written });
        await expect(
          appendToSegment(segment, { bytes: batch, lastCrc: 2 }, noZeros, () => undefined),
        ).rejects.toBeInstanceOf(NoSpaceError);
        expect(files.calls.slice(since).map(({ name }) => name)).toEqual(['write', 'truncate', 'datasync']);
        expect(memory.fingerprint()).toBe(before);
        expect(memory.imageAfterPowerCut()).toEqual(memory.image());
        expect(segment).toMatchObject({ bytes: segmentHeaderBytes + 16, lastCrc: 1 });
      }
    }
  });

  it('a full disk after the first part of a write would leave that part behind', async () => {
    const { disk: memory, files } = disk();
    const segment = await createSegment(files, logDirectory, header);
    files.failNext('write', { code: 'ENOSPC' });
    files.failNext('write', 'short-write');
    await expect(
      appendToSegment(segment, { bytes: batch, lastCrc: 1 }, noZeros, () => undefined),
    ).rejects.toBeInstanceOf(NoSpaceError);
    expect(memory.image().get(segmentPath(5))).toHaveLength(segmentHeaderBytes);
  });

  it('a batch that could not be taken back would be refused, and be there after the restart', async () => {
    for (const name of ['truncate', 'datasync'] as const) {
      const { files } = disk();
      const segment = await createSegment(files, logDirectory, header);
      files.failNext('write', { code: 'ENOSPC', written: 0.5 });
      files.failNext(name, { code: 'EIO' });
      await expect(
        appendToSegment(segment, { bytes: batch, lastCrc: 1 }, noZeros, () => undefined),
      ).rejects.toMatchObject({ code: 'EIO' });
    }
  });

  it('a full disk that only the sync finds would be taken back, although the batch may stay', async () => {
    const { files } = disk();
    const segment = await createSegment(files, logDirectory, header);
    files.failNext('datasync', { code: 'ENOSPC' });
    const since = files.calls.length;
    await expect(
      appendToSegment(segment, { bytes: batch, lastCrc: 1 }, noZeros, () => undefined),
    ).rejects.toMatchObject({ code: 'ENOSPC' });
    expect(files.calls.slice(since).map(({ name }) => name)).toEqual(['write', 'datasync']);
  });
});
