import { describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import {
  LogLockedError,
  LogReader,
  LogUnusableError,
  nodeFiles,
  openLog,
  systemLogClock,
  type Log,
  type LogExpectation,
  type Sequence,
} from '../../shared/wal/index.js';
import { FaultFiles } from '../support/fault-files.js';
import { settled } from '../support/hand-resolved.js';
import { ManualLogClock } from '../support/manual-log-clock.js';
import { SimulatedDisk } from '../support/simulated-disk.js';
import { nothingKnown, openMemoryLog, payloadsIn, segmentPath, testIdentity } from '../support/memory-log.js';
import { withTemporaryDirectory } from '../support/temporary-directory.js';

const anyLog: LogExpectation = { identity: undefined, durable: 0 as Sequence, lowWaterMark: 0 as Sequence };

function openOnDisk(directory: string, expected = anyLog): Promise<Log> {
  return openLog({ directory, files: nodeFiles, clock: systemLogClock, expected: () => Promise.resolve(expected) });
}

describe('opening a log', () => {
  it('purchases would not be there after a restart on a real disk', async () => {
    await withTemporaryDirectory(async (parent) => {
      const directory = join(parent, 'data', 'log');
      const log = await openOnDisk(directory);
      await expect(log.append(Buffer.from('one'))).resolves.toBe(1);
      await log.close();
      const again = await openOnDisk(directory, { ...anyLog, identity: log.recovery.identity });
      expect(again.recovery).toMatchObject({ identity: log.recovery.identity, durableSequence: 1, tornBytes: 0 });
      await expect(again.append(Buffer.from('two'))).resolves.toBe(2);
      const reader = new LogReader({ files: nodeFiles, directory, after: 0 as Sequence });
      expect((await reader.read(2 as Sequence, 10)).map(({ payload }) => payload.toString())).toEqual(['one', 'two']);
      await reader.close();
      await again.close();
      expect(readdirSync(directory).sort()).toEqual(['00000000000000000001.wal', 'lock']);
    });
  });

  it('two logs would be taken for the same one', async () => {
    const first = await openMemoryLog({ expected: { ...nothingKnown, identity: undefined } });
    const second = await openMemoryLog({ expected: { ...nothingKnown, identity: undefined } });
    expect(first.log.recovery.identity).toMatch(/^[0-9a-f]{32}$/);
    expect(first.log.recovery.identity).not.toBe(second.log.recovery.identity);
    const disk = first.disk;
    await first.log.close();
    await expect(
      openMemoryLog({ disk, expected: { ...nothingKnown, identity: second.log.recovery.identity } }),
    ).rejects.toMatchObject({ code: 'mismatch' });
  });

  it('a log that its database knows by name would get another', async () => {
    const { log } = await openMemoryLog();
    expect(log.recovery.identity).toBe(testIdentity);
  });

  it('what the log says of itself would be wrong', async () => {
    const { log } = await openMemoryLog({ segmentBytes: 1 });
    expect(log.stats()).toMatchObject({ firstSequence: 1, durableSequence: 0, segments: 1, bytes: 64 });
    for (const payload of ['1', '2', '3']) await log.append(Buffer.from(payload));
    expect(log.stats()).toMatchObject({ firstSequence: 1, durableSequence: 3, segments: 3, bytes: 3 * (64 + 32) });
    log.pruned(2 as Sequence);
    expect(log.stats()).toMatchObject({ firstSequence: 2, durableSequence: 3, segments: 2, bytes: 2 * (64 + 32) });
  });

  it('the database would be asked before this process is alone with it', async () => {
    const disk = new SimulatedDisk();
    const { log } = await openMemoryLog({ disk });
    let asked = false;
    const second = openLog({
      directory: '/log',
      files: disk,
      clock: new ManualLogClock(),
      expected: () => {
        asked = true;
        return Promise.resolve(nothingKnown);
      },
    });
    await expect(second).rejects.toBeInstanceOf(LogLockedError);
    expect(asked).toBe(false);
    await log.close();
  });

  it('the lock would stay with a process that could not open the log', async () => {
    const disk = new SimulatedDisk(new Map([[segmentPath(1), Buffer.from('damaged')]]));
    await expect(openMemoryLog({ disk })).rejects.toBeInstanceOf(LogUnusableError);
    disk.remove(segmentPath(1));
    await (await openMemoryLog({ disk })).log.close();
    const failing = { directory: '/log', files: disk, clock: new ManualLogClock() };
    const reason = Object.assign(new Error('the database is damaged'), { code: 'SQLITE_CORRUPT' });
    // What the database says must not be blamed on the log.
    await expect(openLog({ ...failing, expected: () => Promise.reject(reason) })).rejects.toBe(reason);
    await (await openMemoryLog({ disk })).log.close();
  });

  it('a directory that cannot be used would be named by an error that says nothing', async () => {
    await withTemporaryDirectory(async (parent) => {
      const file = join(parent, 'file');
      writeFileSync(file, '');
      const locked = join(parent, 'locked');
      mkdirSync(join(locked, 'lock'), { recursive: true });
      for (const directory of [file, join(file, 'below'), locked]) {
        const failure = openOnDisk(directory);
        await expect(failure).rejects.toMatchObject({ code: 'not-accessible' });
        await expect(failure).rejects.toThrow(`cannot use ${directory} for the log: `);
      }
    });
  });

  it('a directory that must not be written would be found out by the first customer', async () => {
    const files = new FaultFiles(new SimulatedDisk());
    files.failNext('open', { code: 'EACCES' });
    await expect(openMemoryLog({ files })).rejects.toMatchObject({ code: 'not-accessible' });
    expect(files.openPaths).toEqual([]);
  });

  it('a new log on a full disk would fail with an error that nobody knows', async () => {
    const files = new FaultFiles(new SimulatedDisk());
    files.failNext('write', { code: 'ENOSPC' });
    await expect(openMemoryLog({ files })).rejects.toMatchObject({ name: 'LogUnusableError', code: 'not-accessible' });
    expect(files.openPaths).toEqual([]);
  });
});

describe('closing a log', () => {
  it('purchases that wait would be dropped, or taken after the end', async () => {
    const { log, files, disk } = await openMemoryLog();
    const sync = files.holdNext('datasync');
    const inFlight = log.append(Buffer.from('in flight'));
    await sync.reached;
    const waiting = log.append(Buffer.from('waiting'));
    const closed = log.close();
    await expect(log.append(Buffer.from('too late'))).rejects.toMatchObject({ code: 'closed' });
    sync.release();
    await closed;
    await expect(Promise.all([inFlight, waiting])).resolves.toEqual([1, 2]);
    expect(files.openPaths).toEqual([]);
    expect(await payloadsIn(await openMemoryLog({ disk }))).toEqual(['in flight', 'waiting']);
  });

  it('closing twice would fail, or end before the first has', async () => {
    const { log, disk } = await openMemoryLog();
    await Promise.all([log.close(), log.close()]);
    await log.close();
    await (await openMemoryLog({ disk })).log.close();
  });

  it('a file that cannot be closed would keep the lock', async () => {
    const { log, files, disk } = await openMemoryLog();
    files.failNext('close', { code: 'EIO' });
    await expect(log.close()).rejects.toThrow('EIO');
    await (await openMemoryLog({ disk })).log.close();
  });

  it('a timer of a closed log would wake it', async () => {
    const { log, clock, files } = await openMemoryLog({ segmentAgeMs: 1000 });
    await log.append(Buffer.from('old'));
    expect(clock.scheduled).toBe(1);
    const closed = log.close();
    clock.advance(1000);
    await closed;
    expect(clock.scheduled).toBe(0);
    const calls = files.calls.length;
    clock.advance(10_000);
    await settled();
    expect(files.calls).toHaveLength(calls);
  });
});

describe('one writer (W9)', () => {
  const program = fileURLToPath(new URL('../support/log-process.js', import.meta.url));

  it('a second process would write into the log of the first; or nobody could, once the first was killed', async () => {
    await withTemporaryDirectory(async (directory) => {
      const first = spawn(process.execPath, [program, directory], { stdio: ['ignore', 'pipe', 'inherit'] });
      const lines: string[] = [];
      const enough = new Promise<void>((resolve) => {
        createInterface(first.stdout).on('line', (line) => {
          lines.push(line);
          if (lines.length === 100) resolve();
        });
      });
      const ended = once(first, 'close');
      await enough;
      await expect(openOnDisk(directory)).rejects.toBeInstanceOf(LogLockedError);
      expect(first.exitCode).toBeNull();
      first.kill('SIGKILL');
      await ended;
      const log = await openOnDisk(directory);
      const acknowledged = Number(lines.filter((line) => /^\d+$/.test(line)).at(-1));
      expect(acknowledged).toBeGreaterThan(90);
      expect(log.durableSequence).toBeGreaterThanOrEqual(acknowledged);
      expect(log.durableSequence % 3).toBe(0);
      await log.close();
    });
  });
});
