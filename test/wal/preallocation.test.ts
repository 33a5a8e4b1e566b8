import { describe, expect, it } from '@jest/globals';

import { preallocatedBytesLimit } from '../../shared/wal/frame.js';
import { settled } from '../support/hand-resolved.js';
import {
  known,
  openMemoryLog,
  payloadsIn,
  segmentPath,
  type LogSettings,
  type MemoryLog,
} from '../support/memory-log.js';
import { SimulatedDisk } from '../support/simulated-disk.js';

const ahead = { preallocateBytes: 256 };
/** Of an entry with a payload of up to 8 bytes. */
const frame = 32;

function sizeOf({ disk }: MemoryLog, first = 1): number | undefined {
  return disk.image().get(segmentPath(first))?.length;
}

async function openWith(settings: LogSettings, ...payloads: string[]): Promise<MemoryLog> {
  const opened = await openMemoryLog(settings);
  for (const payload of payloads) await opened.log.append(Buffer.from(payload));
  return opened;
}

describe('zeros allocated ahead', () => {
  it('each sync would have to change the length of the file', async () => {
    const opened = await openWith(ahead, 'first');
    expect(sizeOf(opened)).toBe(64 + frame + 256);
    const since = opened.files.calls.length;
    for (let n = 0; n < 8; n += 1) await opened.log.append(Buffer.from(`${n}`));
    expect(sizeOf(opened)).toBe(64 + frame + 256);
    expect(opened.files.calls.slice(since).map(({ name }) => name)).toEqual(
      Array(8).fill(['write', 'datasync']).flat(),
    );
    await opened.log.append(Buffer.from('beyond'));
    expect(sizeOf(opened)).toBe(64 + 10 * frame + 256);
    expect(await payloadsIn(opened)).toHaveLength(10);
  });

  it('a segment would grow beyond its size, or the log would seem as large as its zeros', async () => {
    const opened = await openWith({ ...ahead, segmentBytes: 200 }, 'first');
    expect(sizeOf(opened)).toBe(200);
    expect(opened.log.stats().bytes).toBe(64 + frame);
    const larger = await openWith({ ...ahead, segmentBytes: 80 }, 'first');
    expect(sizeOf(larger)).toBe(64 + frame);
  });

  it('they would stay on the disk of a log that is closed, or be taken for a tail of one that was killed', async () => {
    const opened = await openWith(ahead, 'first');
    const killed = new SimulatedDisk(opened.disk.image());
    await opened.log.close();
    expect(sizeOf(opened)).toBe(64 + frame);
    const again = await openMemoryLog({ ...ahead, disk: killed });
    expect(again.log.recovery).toMatchObject({ durableSequence: 1, tornBytes: 0, tornFile: undefined });
    await expect(again.log.append(Buffer.from('next'))).resolves.toBe(2);
    expect(await payloadsIn(again)).toEqual(['first', 'next']);
  });

  it('a sealed segment would be longer than its successor says', async () => {
    const opened = await openWith({ ...ahead, segmentAgeMs: 1000 }, 'first');
    const since = opened.files.calls.length;
    opened.clock.advance(1000);
    await settled();
    expect(sizeOf(opened)).toBe(64 + frame);
    expect(opened.files.callsOf('truncate')).toEqual([`truncate ${segmentPath(1)}`]);
    // Durable before the successor says so.
    const names = opened.files.calls.slice(since).map(({ name, path }) => `${name} ${path}`);
    expect(names.slice(0, 3)).toEqual([
      `truncate ${segmentPath(1)}`,
      `datasync ${segmentPath(1)}`,
      `open ${segmentPath(2)}.new`,
    ]);
  });

  it('a purchase would be refused on a disk that has room for it, but for nothing more', async () => {
    const opened = await openMemoryLog(ahead);
    for (const [written, payload] of [
      [0, 'first'],
      [0.5, 'second'],
    ] as const) {
      let writes = 0;
      opened.files.onCall = ({ name }) =>
        name === 'write' && (writes += 1) === 2 ? { code: 'ENOSPC', written } : undefined;
      await opened.log.append(Buffer.from(payload));
      expect(writes).toBe(2);
    }
    expect(sizeOf(opened)).toBe(64 + 2 * frame);
    opened.files.onCall = () => undefined;
    await opened.log.append(Buffer.from('third'));
    expect(sizeOf(opened)).toBe(64 + 3 * frame + 256);
    expect(await payloadsIn(opened)).toEqual(['first', 'second', 'third']);
  });

  it('a disk that fails under the zeros would pass for one that is only full', async () => {
    const opened = await openMemoryLog(ahead);
    let writes = 0;
    opened.files.onCall = ({ name }) => (name === 'write' && (writes += 1) === 2 ? { code: 'EIO' } : undefined);
    await expect(opened.log.append(Buffer.from('first'))).rejects.toMatchObject({ code: 'outcome-unknown' });
    await opened.log.close();
  });

  it('a refused purchase would leave zeros where none are counted, and the next would be written behind them', async () => {
    const opened = await openWith(ahead, 'first');
    opened.files.failNext('write', { code: 'ENOSPC', written: 0.5 });
    await expect(opened.log.append(Buffer.from('refused'))).rejects.toMatchObject({ code: 'disk-full' });
    expect(sizeOf(opened)).toBe(64 + frame);
    await opened.log.append(Buffer.from('second'));
    await opened.log.close();
    expect(await payloadsIn(await openMemoryLog({ disk: opened.disk }))).toEqual(['first', 'second']);
  });

  it('closing would touch the files of a log that has failed', async () => {
    const opened = await openWith(ahead, 'first');
    opened.files.failNext('datasync', { code: 'EIO' });
    await expect(opened.log.append(Buffer.from('unknown'))).rejects.toMatchObject({ code: 'outcome-unknown' });
    await opened.log.close();
    expect(opened.files.callsOf('truncate')).toEqual([]);
    expect(opened.files.openPaths).toEqual([]);
  });

  it('a crash would leave more zeros than the next start believes, if more were asked for', async () => {
    const opened = await openWith({ preallocateBytes: 5 * 1024 * 1024 }, 'first');
    expect(sizeOf(opened)).toBe(64 + frame + preallocatedBytesLimit);
  });

  it('zeros that were found on opening would stay in a segment that is sealed', async () => {
    const killed = new SimulatedDisk((await openWith(ahead, 'first')).disk.image());
    const again = await openMemoryLog({ ...ahead, segmentAgeMs: 1000, disk: killed, expected: known(1) });
    again.clock.advance(1000);
    await settled();
    expect(again.log.stats().segments).toBe(2);
    expect(sizeOf(again)).toBe(64 + frame);
  });
});
