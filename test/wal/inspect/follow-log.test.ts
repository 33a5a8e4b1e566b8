import { describe, expect, it } from '@jest/globals';

import { LogFollower } from '../../../shared/wal/inspect/follow-log.js';
import { payloadIn } from '../../../shared/wal/inspect/walk-segment.js';
import type { FilePort, Sequence } from '../../../shared/wal/types.js';
import { change, flip } from '../../support/inspected-log.js';
import { FaultFiles } from '../../support/fault-files.js';
import { SimulatedDisk } from '../../support/simulated-disk.js';
import { diskWith, logDirectory, openMemoryLog, segmentPath, testIdentity } from '../../support/memory-log.js';

function followerOf(files: FilePort, next = 1): LogFollower {
  return new LogFollower({ files, directory: logDirectory, identity: testIdentity, next: next as Sequence });
}

/** One look: payloads, and what was skipped. */
async function look(follower: LogFollower): Promise<string[]> {
  const seen: string[] = [];
  for await (const followed of follower.look()) {
    if (followed.type === 'skipped') seen.push(`skipped ${followed.range.first} to ${followed.range.last}`);
    else seen.push(...followed.piece.frames.map((frame) => payloadIn(followed.piece, frame).toString()));
  }
  return seen;
}

describe('following a log', () => {
  it('a purchase would be told twice, or not at all, while the log grows and rolls', async () => {
    for (const segmentBytes of [1, 100, 1e6]) {
      const { log, disk } = await openMemoryLog({ segmentBytes });
      const files = new FaultFiles(disk);
      const follower = followerOf(files);
      expect(await look(follower)).toEqual([]);
      for (let n = 1; n <= 12; n += 3) {
        await log.append(Buffer.from(`entry ${n}`));
        await Promise.all([log.append(Buffer.from(`entry ${n + 1}`)), log.append(Buffer.from(`entry ${n + 2}`))]);
        expect(await look(follower)).toEqual([`entry ${n}`, `entry ${n + 1}`, `entry ${n + 2}`]);
        expect(await look(follower)).toEqual([]);
      }
      await follower.close();
      expect(files.openPaths).toEqual([]);
      await log.close();
    }
  });

  it('the first part of a batch would be told before the whole is there, or space as entries', async () => {
    const whole = (await diskWith([['a1'], ['b1', 'b2']])).image().get(segmentPath(1))!;
    const disk = new SimulatedDisk();
    const follower = followerOf(disk);
    const seen: string[] = [];
    // What comes after the last payload is zeros, and there already.
    const padding = 6;
    for (let length = 64; length < whole.length - padding; length += 1) {
      // In place, as a writer does: the follower has the file open.
      const file = await disk.open(segmentPath(1), length === 64 ? 'create' : 'write');
      await file.truncate(length);
      await file.write(whole.subarray(0, length), 0);
      await file.truncate(length + 40);
      seen.push(...(await look(follower)));
      expect(seen).toEqual(length < 96 - padding ? [] : ['a1']);
      await file.truncate(length);
    }
    await (await disk.open(segmentPath(1), 'write')).write(whole, 0);
    expect(await look(follower)).toEqual(['b1', 'b2']);
  });

  it('it would begin with something else than what was asked for', async () => {
    const disk = await diskWith(
      [
        ['a1', 'a2'],
        ['b1', 'b2'],
      ],
      { segmentBytes: 1 },
    );
    expect(await look(followerOf(disk, 2))).toEqual(['a2', 'b1', 'b2']);
    expect(await look(followerOf(disk, 4))).toEqual(['b2']);
    expect(await look(followerOf(disk, 9))).toEqual([]);
  });

  it('segments that are pruned under it would end it, or be passed over in silence', async () => {
    const disk = await diskWith([['a1'], ['b1'], ['c1'], ['d1']], { segmentBytes: 1 });
    const follower = followerOf(disk);
    const looked = follower.look();
    const first = await looked.next();
    expect(first.value).toMatchObject({ type: 'frames' });
    for (const sequence of [1, 2, 3]) disk.remove(segmentPath(sequence));
    const rest: unknown[] = [];
    for await (const followed of looked) rest.push(followed.type === 'skipped' ? followed.range : followed.segment);
    expect(rest).toEqual([{ first: 2, last: 3 }, '00000000000000000004.wal']);
  });

  it('damage on the way would end it', async () => {
    const disk = await diskWith([['a1'], ['b1', 'b2'], ['c1']]);
    change(disk, segmentPath(1), (bytes) => flip(bytes, 64 + 32 + 30));
    expect(await look(followerOf(disk))).toEqual(['a1', 'skipped 2 to 3', 'c1']);
  });
});
