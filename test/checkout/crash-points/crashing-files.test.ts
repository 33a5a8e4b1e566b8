import { describe, expect, it } from '@jest/globals';

import { CrashingFiles } from '../../../services/checkout/crash-points/crashing-files.js';
import { Died, trialPoint } from '../../support/crash-trial.js';
import { FaultFiles } from '../../support/fault-files.js';
import { SimulatedDisk } from '../../support/simulated-disk.js';

const path = '/log/00000000000000000001.wal';
const next = '/log/00000000000000000009.wal';
const batch = Buffer.from('a batch!');

/** The port with one segment on disk, and the calls that reach the disk. */
function trial(crashAt: string) {
  const disk = new SimulatedDisk(new Map([[path, Buffer.from('header')]]));
  const beneath = new FaultFiles(disk);
  const files = new CrashingFiles(beneath, trialPoint(crashAt));
  return { disk, beneath, files, bytes: () => disk.image().get(path)?.toString() };
}

async function openTrial(crashAt: string) {
  const parts = trial(crashAt);
  parts.files.opened();
  return { ...parts, file: await parts.files.open(path, 'write') };
}

describe('the points of a batch', () => {
  it.each([
    ['before-write', 'header', []],
    ['mid-write', 'headera ba', ['write']],
    ['after-write', 'headera batch!', ['write']],
    ['before-sync', 'headera batch!', ['write']],
    ['after-sync', 'headera batch!', ['write', 'datasync']],
  ])('%s leaves %j in the segment', async (name, left, calls) => {
    const { file, beneath, bytes } = await openTrial(name);
    const commit = async () => {
      await file.write(batch, 6);
      await file.datasync();
    };
    await expect(commit()).rejects.toThrow(Died);
    expect(bytes()).toBe(left);
    expect(beneath.callsOf('write', 'datasync').map((call) => call.split(' ')[0])).toEqual(calls);
  });

  it.each(['before-write', 'after-write', 'before-sync', 'after-sync'])(
    '%s counts batches, not the space that is made for them',
    async (name) => {
      const { file } = await openTrial(`${name}:2`);
      const commit = async (position: number) => {
        await file.write(Buffer.alloc(32), position);
        await file.datasync();
        await file.write(batch, position);
        await file.datasync();
      };
      await commit(6);
      await expect(commit(14)).rejects.toThrow(Died);
    },
  );

  it.each(['before-write', 'after-write'])('%s counts a batch once that a short write cut in two', async (name) => {
    const { file, beneath } = await openTrial(`${name}:2`);
    beneath.failNext('write', 'short-write');
    expect(await file.write(batch, 6)).toBe(4);
    expect(await file.write(batch.subarray(4), 10)).toBe(4);
    await file.datasync();
    await expect(file.write(batch, 14)).rejects.toThrow(Died);
  });

  it('are not passed for a batch that a full disk refused, nor for the sync of its cut', async () => {
    const { file, beneath } = await openTrial('after-sync');
    beneath.failNext('write', { code: 'ENOSPC', written: 0.5 });
    await expect(file.write(batch, 6)).rejects.toThrow('ENOSPC');
    await file.truncate(6);
    await file.datasync();
    await file.write(batch, 6);
    await expect(file.datasync()).rejects.toThrow(Died);
  });

  it('are not passed by what recovery writes: a service that died at its first batch could never start again', async () => {
    const { files } = trial('before-write');
    const file = await files.open(path, 'write');
    await file.write(batch, 6);
    await file.datasync();
    files.opened();
    await expect(file.write(batch, 14)).rejects.toThrow(Died);
  });
});

describe('the points of a roll', () => {
  const roll = async (files: CrashingFiles) => {
    const file = await files.open(`${next}.new`, 'create');
    await file.write(Buffer.from('header'), 0);
    await file.datasync();
    await files.rename(`${next}.new`, next);
    await files.syncDirectory('/log');
    return file;
  };

  it.each([
    ['on-roll', `${next}.new`, 0],
    ['after-roll', next, 1],
  ])('%s leaves %s', async (name, left, syncs) => {
    const { disk, beneath, files } = trial(name);
    files.opened();
    await expect(roll(files)).rejects.toThrow(Died);
    expect([...disk.image().keys()]).toEqual([path, left]);
    expect(beneath.callsOf('syncDirectory')).toHaveLength(syncs);
  });

  it.each(['before-write', 'after-sync'])(
    '%s is not passed by its header, but by the batch that follows',
    async (name) => {
      const { files } = trial(name);
      files.opened();
      const file = await roll(files);
      const commit = async () => {
        await file.write(batch, 6);
        await file.datasync();
      };
      await expect(commit()).rejects.toThrow(Died);
    },
  );

  it.each(['on-roll', 'after-roll'])('%s is not passed by a segment that is made on opening', async (name) => {
    const { files } = trial(name);
    await roll(files);
    files.opened();
    await files.syncDirectory('/log');
    await expect(roll(files)).rejects.toThrow(Died);
  });
});

describe('the points of an unlink', () => {
  it.each([
    ['before-unlink', [path]],
    ['after-unlink', []],
  ])('%s leaves %j', async (name, left) => {
    const { disk, files } = trial(name);
    await expect(files.unlink(path)).rejects.toThrow(Died);
    expect([...disk.image().keys()]).toEqual(left);
  });

  it('are not passed by what never was part of the log', async () => {
    const { files } = trial('before-unlink');
    await (await files.open(`${next}.new`, 'create')).close();
    await files.unlink(`${next}.new`);
    await expect(files.unlink(path)).rejects.toThrow(Died);
  });
});

describe('the points of a cut', () => {
  it.each([
    ['before-cut', 'header'],
    ['after-cut', 'head'],
  ])('%s leaves %j', async (name, left) => {
    const { files, bytes } = trial(name);
    const file = await files.open(path, 'write');
    await expect(file.truncate(4)).rejects.toThrow(Died);
    expect(bytes()).toBe(left);
  });

  it('are not passed once the log is open: then it is a refused batch that is taken back', async () => {
    const { file, bytes } = await openTrial('before-cut');
    await file.truncate(4);
    expect(bytes()).toBe('head');
  });
});

describe('before-project', () => {
  it('is passed by the first entries that are read, not by a header, zeros or the end of the file', async () => {
    const { file } = await openTrial('before-project');
    await file.read(Buffer.alloc(6), 0);
    await file.read(Buffer.alloc(6), 6);
    await file.write(Buffer.alloc(8), 6);
    await file.read(Buffer.alloc(6), 6);
    await file.write(batch, 6);
    await expect(file.read(Buffer.alloc(6), 6)).rejects.toThrow(Died);
  });

  it('is not passed while the log is being opened', async () => {
    const { files } = trial('before-project');
    const file = await files.open(path, 'read');
    expect(await file.read(Buffer.alloc(4), 2)).toBe(4);
    files.opened();
    await expect(file.read(Buffer.alloc(4), 2)).rejects.toThrow(Died);
  });
});

it('leaves other files and the lock alone', async () => {
  const { files, beneath } = trial('before-write');
  files.opened();
  await files.makeDirectory('/log');
  const lock = files.lock('/log/lock');
  const aside = await files.open(`${path}.torn-6-0`, 'create');
  await aside.write(batch, 0);
  expect(await aside.size()).toBe(batch.length);
  await aside.close();
  lock.release();
  expect(await files.list('/log')).toContain('00000000000000000001.wal.torn-6-0');
  expect(beneath.openPaths).toEqual([]);
});
