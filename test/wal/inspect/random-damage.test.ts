/*
 * A log is damaged at random, in ways that disks and people have. What the inspection calls lost must be lost, and what it does
 * not must be read; what the repair saves must be what was there. The truth is known here from the bytes themselves: an entry is
 * there if every byte of its frame still stands where it stood.
 */
import { describe, expect, it } from '@jest/globals';

import { SimulatedDisk } from '../../support/simulated-disk.js';
import { diskWith, known, openMemoryLog, payloadsIn } from '../../support/memory-log.js';
import {
  change,
  framePlaces,
  heldElsewhere,
  inspected,
  lostIn,
  repaired,
  sequencesIn,
  unknownLog,
} from '../../support/inspected-log.js';
import { anySeed, createRandom, type Random } from '../../../shared/customers/random.js';

const runs = 150;

function randomBatches(random: Random): string[][] {
  return Array.from({ length: random.integer(1, 12) }, () =>
    Array.from(
      { length: random.integer(1, 5) },
      () => `{"n":${random.integer(0, 9e6)},"x":"${'x'.repeat(random.integer(0, 90))}"}`,
    ),
  );
}

type Damage = (bytes: Buffer, random: Random) => Buffer;

const damages: Record<string, Damage> = {
  'a bit flips': (bytes, random) => {
    const at = random.integer(0, bytes.length - 1);
    bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << random.integer(0, 7)), at);
    return bytes;
  },
  'a range reads as zeros': (bytes, random) => {
    const from = random.integer(0, bytes.length - 1);
    return bytes.fill(0, from, Math.min(bytes.length, from + random.integer(1, 600)));
  },
  'a range reads as rubbish': (bytes, random) => {
    const from = random.integer(0, bytes.length - 1);
    const to = Math.min(bytes.length, from + random.integer(1, 600));
    for (let at = from; at < to; at += 1) bytes.writeUInt8(random.integer(0, 255), at);
    return bytes;
  },
  'the end is cut off': (bytes, random) => bytes.subarray(0, random.integer(0, bytes.length)),
  'nothing happens': (bytes) => bytes,
};

/** The entries whose frames still stand where they stood, byte for byte. */
function stillThere(disk: SimulatedDisk, pristine: SimulatedDisk, places: ReturnType<typeof framePlaces>): Set<number> {
  const [now, then] = [disk.image(), pristine.image()];
  const there = [...places].filter(([, { path, offset, bytes }]) => {
    const before = then.get(path)?.subarray(offset, offset + bytes);
    return (
      before !== undefined &&
      now
        .get(path)
        ?.subarray(offset, offset + bytes)
        .equals(before) === true
    );
  });
  return new Set(there.map(([sequence]) => sequence));
}

async function damagedLog(seed: number) {
  const random = createRandom(seed);
  const batches = randomBatches(random);
  const segmentEach = random.next() < 0.5;
  const pristine = await diskWith(batches, segmentEach ? { segmentBytes: 1 } : {});
  const places = framePlaces(batches, segmentEach);
  const disk = new SimulatedDisk(pristine.image());
  const paths = [...new Set([...places.values()].map(({ path }) => path))];
  for (let count = random.integer(1, 3); count > 0; count -= 1) {
    const path = random.pick(paths);
    const kind = random.pick(Object.keys(damages));
    if (disk.image().get(path)?.length) change(disk, path, (bytes) => damages[kind]!(bytes, random));
  }
  if (paths.length > 2 && random.next() < 0.2) disk.remove(random.pick(paths.slice(1, -1)));
  const entries = batches.flat();
  const lastBatchFirst = entries.length - batches.at(-1)!.length + 1;
  return { random, batches, entries, disk, pristine, lastBatchFirst, there: stillThere(disk, pristine, places) };
}

describe('a log that is damaged at random', () => {
  const first = anySeed();
  const seeds = Array.from({ length: runs }, (_, n) => (first + n) >>> 0);

  it('a purchase would be called lost that is there, or the other way round', async () => {
    for (const seed of seeds) {
      const { entries, disk, there, lastBatchFirst } = await damagedLog(seed);
      // Everything is known to have been durable, so that nothing passes for a torn tail.
      const outcome = await inspected(disk, { known: known(entries.length), payloadOf: heldElsewhere([entries]) });
      const missing = entries.map((_, n) => n + 1).filter((sequence) => !there.has(sequence));
      const context = `seed ${seed}`;
      expect({ context, lost: lostIn(outcome.findings) }).toEqual({ context, lost: missing });
      expect({ context, read: [...outcome.entries.keys()] }).toEqual({ context, read: [...there] });
      for (const [sequence, payload] of outcome.entries) expect(payload).toBe(entries[sequence - 1]);

      // Nothing is known: only the last batch may be taken for a torn tail.
      const alone = await inspected(disk, { known: { ...unknownLog, identity: known(0).identity } });
      const lostAlone = lostIn(alone.findings);
      expect({ context, lost: lostAlone.filter((sequence) => there.has(sequence)) }).toEqual({ context, lost: [] });
      const torn = alone.summary.tail.status === 'torn' || alone.summary.tail.status === 'allocated';
      const end = torn ? lastUnbroken(there, entries.length) : entries.length;
      const silent = missing.filter((sequence) => sequence <= end && !lostAlone.includes(sequence));
      const cutAtBatchEnd = silent.every(
        (sequence) => sequence >= Math.min(lastBatchFirst, alone.summary.lastSequence + 1),
      );
      expect({ context, silent, cutAtBatchEnd }).toMatchObject({ cutAtBatchEnd: true });
    }
  });

  it('a purchase that nobody has lost would be missing in the repaired copy', async () => {
    for (const seed of seeds) {
      const { random, batches, entries, disk, there } = await damagedLog(seed);
      const context = `seed ${seed}`;
      const durable = entries.length;

      const all = await repaired(new SimulatedDisk(disk.image()), {
        known: known(durable),
        payloadOf: heldElsewhere(batches),
      });
      expect({ context, lost: all.report.lost }).toEqual({ context, lost: [] });
      const opened = await openMemoryLog({ disk: new SimulatedDisk(all.copy), expected: known(durable) });
      expect({ context, payloads: await payloadsIn(opened) }).toEqual({ context, payloads: entries });
      await opened.log.close();

      const holds = new Set(entries.map((_, n) => n + 1).filter(() => random.next() < 0.5));
      const some = await repaired(new SimulatedDisk(disk.image()), {
        known: known(durable),
        payloadOf: heldElsewhere(batches, (sequence) => holds.has(sequence)),
      });
      const gone = entries.map((_, n) => n + 1).filter((sequence) => !there.has(sequence) && !holds.has(sequence));
      expect({ context, lost: sequencesIn(some.report.lost) }).toEqual({ context, lost: gone });
      const cut = gone.at(-1) ?? 0;
      const half = await openMemoryLog({ disk: new SimulatedDisk(some.copy), expected: unknownLog });
      expect(half.log.recovery.identity).toBe(known(0).identity);
      const kept = await payloadsIn(half);
      await half.log.close();
      expect({ context, kept }).toEqual({ context, kept: entries.slice(cut) });
      expect({ context, next: some.report.firstSequence }).toEqual({ context, next: cut + 1 });
      const saved = entries.map((_, n) => n + 1).filter((sequence) => sequence < cut && !gone.includes(sequence));
      expect({ context, salvaged: [...some.salvaged.keys()] }).toEqual({ context, salvaged: saved });
      for (const [sequence, payload] of some.salvaged) expect(payload).toBe(entries[sequence - 1]);
    }
  });
});

/** Last entry before the unbroken run of entries that are missing, or of the last batch, at the end. */
function lastUnbroken(there: ReadonlySet<number>, count: number): number {
  let last = count;
  while (last > 0 && !there.has(last)) last -= 1;
  return last;
}
