import { describe, expect, it } from '@jest/globals';

import { FaultFiles } from '../support/fault-files.js';
import { openMemoryLog, payloadsIn } from '../support/memory-log.js';
import { SimulatedDisk } from '../support/simulated-disk.js';

describe('a signal that interrupts a call to the disk', () => {
  it('a purchase would fail, or be cut short, because of it', async () => {
    const disk = new SimulatedDisk();
    const files = new FaultFiles(disk);
    const { log } = await openMemoryLog({ disk, files });
    files.failNext('write', 'short-write');
    files.failNext('write', { code: 'EINTR' });
    files.failNext('write', { code: 'EINTR' });
    await expect(log.append(Buffer.from('whole'))).resolves.toBe(1);
    await log.close();
    files.failNext('read', { code: 'EINTR' });
    const again = await openMemoryLog({ disk, files });
    files.failNext('read', { code: 'EINTR' });
    expect(await payloadsIn(again)).toEqual(['whole']);
  });

  it('an interrupted sync would pass for one that has returned', async () => {
    const { log, files } = await openMemoryLog();
    files.failNext('datasync', { code: 'EINTR' });
    await expect(log.append(Buffer.from('unknown'))).rejects.toMatchObject({ code: 'outcome-unknown' });
  });
});
