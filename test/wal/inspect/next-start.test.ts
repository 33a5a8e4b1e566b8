import { describe, expect, it } from '@jest/globals';

import { foretellNextStart } from '../../../shared/wal/inspect/next-start.js';
import { LogUnusableError } from '../../../shared/wal/errors.js';
import { change, flip } from '../../support/inspected-log.js';
import { SimulatedDisk } from '../../support/simulated-disk.js';
import { diskWith, known, logDirectory, nothingKnown, openMemoryLog, segmentPath } from '../../support/memory-log.js';

const batches = [['a1', 'a2'], ['b1'], ['c1', 'c2', 'c3']];

const damages: [string, (disk: SimulatedDisk) => void][] = [
  ['nothing', () => undefined],
  [
    'a torn tail',
    (disk) => {
      change(disk, segmentPath(4), (bytes) => bytes.subarray(0, -1));
    },
  ],
  [
    'zeros',
    (disk) => {
      change(disk, segmentPath(4), (bytes) => Buffer.concat([bytes, Buffer.alloc(64)]));
    },
  ],
  [
    'a flipped bit',
    (disk) => {
      change(disk, segmentPath(3), (bytes) => flip(bytes, 70));
    },
  ],
  [
    'a missing segment',
    (disk) => {
      disk.remove(segmentPath(3));
    },
  ],
  [
    'an unfinished segment',
    (disk) => {
      disk.put(`${segmentPath(7)}.new`, Buffer.alloc(3));
    },
  ],
];

describe('what the next start will do', () => {
  it.each(damages)('a person would be told something else than what happens (%s)', async (_, damage) => {
    const disk = await diskWith(batches, { segmentBytes: 1 });
    damage(disk);
    for (const expected of [nothingKnown, known(6), known(7)]) {
      const before = disk.fingerprint();
      const told = await foretellNextStart({ files: disk, directory: logDirectory, expected });
      expect(disk.fingerprint()).toBe(before);
      expect(told).toEqual(await whatHappens(new SimulatedDisk(disk.image()), expected));
    }
  });

  it('a log that is not there would seem to be one that is refused', async () => {
    const empty = { files: new SimulatedDisk(), directory: logDirectory, expected: nothingKnown };
    expect(await foretellNextStart(empty)).toEqual({ status: 'makes-new' });
    expect(await foretellNextStart({ ...empty, expected: known(3) })).toMatchObject({ status: 'refuses' });
  });
});

async function whatHappens(disk: SimulatedDisk, expected: typeof nothingKnown) {
  try {
    const { log } = await openMemoryLog({ disk, expected });
    await log.close();
    const { durableSequence, tornBytes } = log.recovery;
    return { status: 'opens', durableSequence, tornBytes };
  } catch (error) {
    if (!(error instanceof LogUnusableError)) throw error;
    return { status: 'refuses', reason: error.message };
  }
}
