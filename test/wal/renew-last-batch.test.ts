import { describe, expect, it } from '@jest/globals';

import { frameBytes } from '../../shared/wal/frame.js';
import { segmentHeaderBytes } from '../../shared/wal/segment-header.js';
import { FaultFiles } from '../support/fault-files.js';
import { diskWith, known, openMemoryLog, payloadsIn, segmentPath } from '../support/memory-log.js';
import { SimulatedDisk } from '../support/simulated-disk.js';

const batches = [['a1', 'a2'], ['b1']];
const all = batches.flat();
const changing = ['open', 'write', 'datasync', 'syncDirectory', 'truncate', 'rename', 'unlink'] as const;

/** What opening does to a disk, beyond reading. */
async function opening(disk: SimulatedDisk, durable: number) {
  const files = new FaultFiles(disk);
  const opened = await openMemoryLog({ disk, files, expected: known(durable) });
  return {
    ...opened,
    calls: files.callsOf(...changing).filter((call) => !call.startsWith('open') || call.endsWith('.new')),
  };
}

describe('the last batch on opening', () => {
  it('a batch that nobody knows to be on disk would be believed, or risked in the only place where it is', async () => {
    const { log, calls, disk } = await opening(await diskWith(batches), 2);
    expect(calls).toEqual([
      `open ${segmentPath(3)}.new`,
      `write ${segmentPath(3)}.new`,
      `datasync ${segmentPath(3)}.new`,
      `rename ${segmentPath(3)}`,
      'syncDirectory /log',
      `truncate ${segmentPath(1)}`,
      `datasync ${segmentPath(1)}`,
    ]);
    expect(disk.image().get(segmentPath(1))).toHaveLength(segmentHeaderBytes + 2 * frameBytes(2));
    expect(log.stats()).toMatchObject({ firstSequence: 1, durableSequence: 3, segments: 2 });
    const onDisk = [...disk.image().values()].reduce((sum, { length }) => sum + length, 0);
    expect(log.stats().bytes).toBe(onDisk);
    await expect(log.append(Buffer.from('c1'))).resolves.toBe(4);
    await log.close();
    expect(await payloadsIn(await openMemoryLog({ disk }))).toEqual([...all, 'c1']);
  });

  it('each start would make a segment, although nothing is in doubt', async () => {
    const { log, calls } = await opening(await diskWith(batches), 3);
    expect(calls).toEqual([`datasync ${segmentPath(1)}`, 'syncDirectory /log']);
    expect(log.stats().segments).toBe(1);
  });

  it('a segment would get a successor of the same name', async () => {
    const { log, calls, disk } = await opening(await diskWith(batches.slice(0, 1)), 0);
    expect(calls.slice(-2)).toEqual([`rename ${segmentPath(1)}`, 'syncDirectory /log']);
    expect(log.stats()).toMatchObject({ segments: 1, durableSequence: 2 });
    await log.close();
    expect(await payloadsIn(await openMemoryLog({ disk, expected: known(2) }))).toEqual(['a1', 'a2']);
  });

  it('a segment that was never on disk would take purchases with it, because its name could be seen', async () => {
    const disk = new SimulatedDisk();
    const files = new FaultFiles(disk);
    files.failNext('syncDirectory', { code: 'EIO' });
    // Seen from now on, and by no sync written any more.
    await expect(openMemoryLog({ disk, files })).rejects.toMatchObject({ code: 'not-accessible' });
    disk.failSync('/log');
    const { log } = await openMemoryLog({ disk });
    await log.append(Buffer.from('a1'));
    const left = new SimulatedDisk(disk.imageAfterPowerCut());
    expect(await payloadsIn(await openMemoryLog({ disk: left }))).toEqual(['a1']);
  });

  it('a full disk would keep the shop closed, although the zeros behind the end make room', async () => {
    const disk = await diskWith(batches);
    const path = segmentPath(1);
    disk.put(path, Buffer.concat([disk.image().get(path)!, Buffer.alloc(5000)]));
    const files = new FaultFiles(disk);
    files.failNext('write', { code: 'ENOSPC' }, '.new');
    const opened = await openMemoryLog({ disk, files });
    expect(files.callsOf('truncate', 'unlink')).toEqual([
      `unlink ${segmentPath(3)}.new`,
      `truncate ${path}`,
      `truncate ${path}`,
    ]);
    expect(await payloadsIn(opened)).toEqual(all);
  });

  it('a disk without any room would end in a log that is half open', async () => {
    const disk = await diskWith(batches);
    const before = disk.fingerprint();
    const files = new FaultFiles(disk);
    files.onCall = ({ name, path }) => (name === 'write' && path.endsWith('.new') ? { code: 'ENOSPC' } : undefined);
    await expect(openMemoryLog({ disk, files })).rejects.toMatchObject({ code: 'not-accessible' });
    expect(disk.fingerprint()).toBe(before);
    expect(files.openPaths).toEqual([]);
    expect(await payloadsIn(await openMemoryLog({ disk }))).toEqual(all);
  });

  it('a copy that could not be synced would be tried again in the same start, as if the disk were only full', async () => {
    const disk = await diskWith(batches);
    const files = new FaultFiles(disk);
    files.failNext('datasync', { code: 'EIO' }, '.new');
    await expect(openMemoryLog({ disk, files })).rejects.toMatchObject({ code: 'not-accessible' });
    expect(files.callsOf('datasync', 'truncate')).toEqual([`datasync ${segmentPath(3)}.new`]);
    expect(files.openPaths).toEqual([]);
  });

  it('a start that dies between the copy and the cut would leave a log that is refused', async () => {
    const disk = await diskWith(batches);
    const files = new FaultFiles(disk);
    files.failNext('truncate', { code: 'EIO' });
    await expect(openMemoryLog({ disk, files })).rejects.toMatchObject({ code: 'not-accessible' });
    expect(files.openPaths).toEqual([]);
    expect([...disk.image().keys()]).toEqual([segmentPath(1), segmentPath(3)]);
    const opened = await openMemoryLog({ disk });
    expect(await payloadsIn(opened)).toEqual(all);
    expect(disk.image().get(segmentPath(1))).toHaveLength(segmentHeaderBytes + 2 * frameBytes(2));
    // The copy that was cut off is kept, as everything is that is not zeros.
    expect(opened.log.recovery.tornFile).toContain('.torn-');
  });

  it('a copy without a name on disk would be trusted, and the batch be cut off where it has one', async () => {
    for (const durable of [0, 3]) {
      const disk = await diskWith(batches);
      const failing = new FaultFiles(disk);
      failing.onSyncFailed = (path) => {
        disk.failSync(path);
      };
      failing.failNext('syncDirectory', { code: 'EIO' });
      await expect(openMemoryLog({ disk, files: failing })).rejects.toMatchObject({ code: 'not-accessible' });
      // Whatever the next start does, the power may go before each call.
      const left: SimulatedDisk[] = [];
      const files = new FaultFiles(disk);
      files.onCall = () => {
        left.push(new SimulatedDisk(disk.imageAfterPowerCut()));
        return undefined;
      };
      await openMemoryLog({ disk, files, expected: known(durable) });
      for (const each of left) expect(await payloadsIn(await openMemoryLog({ disk: each }))).toEqual(all);
    }
  });

  it('files would be left open by a start that cannot cut off what was copied', async () => {
    for (const durable of [0, 3]) {
      const disk = await diskWith(batches);
      const files = new FaultFiles(disk);
      files.failNext('truncate', { code: 'EIO' });
      await expect(openMemoryLog({ disk, files })).rejects.toMatchObject({ code: 'not-accessible' });
      files.failNext('truncate', { code: 'EIO' }, segmentPath(1));
      await expect(openMemoryLog({ disk, files, expected: known(durable) })).rejects.toMatchObject({
        code: 'not-accessible',
      });
      expect(files.openPaths).toEqual([]);
    }
  });
});
