/*
 * The crash runs prove nothing if the disk they run on is kinder than a real one, or if they cannot find a log that cheats.
 */
import { describe, expect, it } from '@jest/globals';

import { imagesAfterPowerCut } from '../support/power-cut.js';
import { createRandom } from '../../shared/customers/random.js';
import { fingerprint, SimulatedDisk } from '../support/simulated-disk.js';
import { CrashFoundError } from './explorer.js';
import { crashEverywhere } from './exhaustive.js';
import { histories } from './histories.js';
import { VisitedStates } from './visited-states.js';

const sectorBytes = 4;

function newDisk(): SimulatedDisk {
  return new SimulatedDisk(new Map([['/d/old', Buffer.from('oldoldold')]]), { sectorBytes });
}

/** All that a power cut could leave of a file; `-` where it is not there. */
function possible(disk: SimulatedDisk, path = '/d/old'): string[] {
  const images = [...imagesAfterPowerCut(disk, { imagesMax: 10_000, random: createRandom(1) })];
  return [...new Set(images.map((image) => image.get(path)?.toString('latin1') ?? '-'))].sort();
}

describe('the simulated disk', () => {
  it('an unsynced write would survive in fewer ways than on a real disk', async () => {
    const disk = newDisk();
    const file = await disk.open('/d/old', 'write');
    await file.write(Buffer.from('NEWNEW'), 1);
    const left = possible(disk);
    // Three bytes in the first sector, three in the second, each with four fates.
    expect(left).toHaveLength(16);
    expect(left).toEqual(expect.arrayContaining(['oldoldold', 'oNEWNEWld', 'oNEWldold', 'o\0\0\0NEWld', 'oldoNEWld']));
    await file.datasync();
    expect(possible(disk)).toEqual(['oNEWNEWld']);
  });

  it('bytes beside a write would be harmed, or a file would grow only as a whole', async () => {
    const disk = newDisk();
    const file = await disk.open('/d/old', 'write');
    await file.write(Buffer.from('12345678'), 9);
    expect(possible(disk).every((state) => state.startsWith('oldoldold'))).toBe(true);
    expect(possible(disk)).toEqual(expect.arrayContaining(['oldoldold', 'oldoldold123', 'oldoldold12345678']));
    // A later sector without an earlier one leaves a hole.
    expect(possible(disk)).toContain('oldoldold\0\0\x004567');
  });

  it('what a failed sync left would be written by the next one', async () => {
    const disk = newDisk();
    const file = await disk.open('/d/old', 'write');
    await file.write(Buffer.from('NEW'), 0);
    disk.failSync('/d/old');
    await file.datasync();
    expect(possible(disk)).toEqual(expect.arrayContaining(['oldoldold', 'NEWoldold']));
    await file.write(Buffer.from('again'), 0);
    await file.datasync();
    expect(possible(disk)).toEqual(['againdold']);
  });

  it('a truncation would be certain at once', async () => {
    const disk = newDisk();
    const file = await disk.open('/d/old', 'write');
    await file.truncate(3);
    expect(possible(disk)).toEqual(['old', 'oldoldold']);
  });

  it('names would survive without their directory, or only all together', async () => {
    const disk = newDisk();
    const file = await disk.open('/d/new', 'create');
    await file.write(Buffer.from('n'), 0);
    await file.datasync();
    expect(possible(disk, '/d/new')).toEqual(['-', 'n']);
    await disk.rename('/d/new', '/d/old');
    await disk.unlink('/d/old');
    expect(possible(disk)).toEqual(['-', 'n', 'oldoldold']);
    await disk.syncDirectory('/d');
    expect(possible(disk)).toEqual(['-']);
    expect(possible(disk, '/d/new')).toEqual(['-']);
  });

  it('a process that goes on would change the disk of one that has died', async () => {
    const disk = newDisk();
    const file = await disk.open('/d/old', 'write');
    await file.write(Buffer.from('NEW'), 0);
    const copy = disk.copy();
    expect(copy.openFingerprint()).toBe(disk.openFingerprint());
    await file.datasync();
    expect(copy.openFingerprint()).not.toBe(disk.openFingerprint());
    expect(possible(copy)).toContain('oldoldold');
    expect(fingerprint(copy.image())).toBe(fingerprint(disk.image()));
    await (await copy.open('/d/old', 'write')).datasync();
    expect(copy.openFingerprint()).toBe(disk.openFingerprint());
  });

  it('states that are too many would be drawn without saying so', async () => {
    const disk = newDisk();
    await (await disk.open('/d/old', 'write')).write(Buffer.alloc(40, 'x'), 0);
    let drawn = 0;
    const onDrawn = () => (drawn += 1);
    expect([...imagesAfterPowerCut(disk, { imagesMax: 50, random: createRandom(1), onDrawn })]).toHaveLength(50);
    expect(drawn).toBe(1);
  });
});

describe('a log on a disk that cheats', () => {
  const cheats: readonly { readonly name: string; readonly cheat: (disk: SimulatedDisk) => void }[] = [
    {
      name: 'syncs no directory',
      cheat: (disk) => {
        disk.syncDirectory = () => Promise.resolve();
      },
    },
    {
      name: 'syncs no file',
      cheat: (disk) => {
        const open = disk.open.bind(disk);
        disk.open = async (path, mode) => ({ ...(await open(path, mode)), datasync: () => Promise.resolve() });
      },
    },
  ];

  it.each(cheats)('it would not be found out that it $name', async ({ cheat }) => {
    const history = histories.find(({ name }) => name === 'batches, and again after a restart')!;
    const cheated = {
      ...history,
      prepare: (disk: SimulatedDisk) => {
        cheat(disk);
        return Promise.resolve({ acknowledged: [], unanswered: [], mark: 0 });
      },
    };
    const visited = new VisitedStates();
    const run = crashEverywhere(cheated, { settings: { segmentBytes: 1 }, crashesMax: 1, visited });
    await expect(run).rejects.toBeInstanceOf(CrashFoundError);
  });
});
