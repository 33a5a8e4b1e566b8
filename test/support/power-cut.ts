import type { Random } from '../../shared/customers/random.js';
import type { DiskImage, SimulatedDisk } from './simulated-disk.js';
import type { Fate, SimulatedFile } from './simulated-file.js';

export interface PowerCutOptions {
  /** Where more states than this could be left, so many of them are drawn. */
  readonly imagesMax: number;
  readonly random: Random;
  /** Called where that is so: not every state has been looked at. */
  readonly onDrawn?: () => void;
}

/**
 * Every state that a disk could be left in if the power went now: each change of a name happened or not, each sector of each
 * write was kept, lost, garbled or zeroed, each truncation was kept or lost, in every combination. Where they are too many they
 * are drawn at random.
 */
export function* imagesAfterPowerCut(disk: SimulatedDisk, options: PowerCutOptions): Generator<DiskImage> {
  const names = new Choices(Array.from({ length: disk.openNameChanges }, () => 2));
  const imagesMax = Math.max(1, Math.floor(options.imagesMax / names.combinations));
  for (const happened of names.each(options)) {
    const paths = disk.namesAfter((index) => happened[index] === 1);
    yield* imagesOf(paths, { ...options, imagesMax });
  }
}

function* imagesOf(names: ReadonlyMap<string, SimulatedFile>, options: PowerCutOptions): Generator<DiskImage> {
  const files = [...names].map(([path, file]) => ({ path, file, fates: file.fates() }));
  const choices = new Choices(files.flatMap(({ fates }) => fates.map(({ length }) => length)));
  for (const chosen of choices.each(options)) {
    let at = 0;
    const image = new Map<string, Buffer>();
    for (const { path, file, fates } of files) {
      const fatesHere = fates.map((open, index) => fateOf(open, chosen[at + index]));
      image.set(path, file.afterPowerCut(fatesHere));
      at += fates.length;
    }
    yield image;
  }
}

function fateOf(open: readonly Fate[], index: number | undefined): Fate {
  const fate = open[index ?? -1];
  if (fate === undefined) throw new RangeError('there is no such fate');
  return fate;
}

/** All combinations of one out of several, several times. */
class Choices {
  readonly combinations: number;
  readonly #counts: readonly number[];

  constructor(counts: readonly number[]) {
    this.#counts = counts;
    this.combinations = counts.reduce((product, count) => product * count, 1);
  }

  *each({ imagesMax, random, onDrawn }: PowerCutOptions): Generator<readonly number[]> {
    if (this.combinations > imagesMax) {
      onDrawn?.();
      for (let drawn = 0; drawn < imagesMax; drawn += 1)
        yield this.#counts.map((count) => random.integer(0, count - 1));
      return;
    }
    const digits = this.#counts.map(() => 0);
    for (let left = this.combinations; left > 0; left -= 1) {
      yield digits;
      for (const [place, count] of this.#counts.entries()) {
        digits[place] = ((digits[place] ?? 0) + 1) % count;
        if (digits[place] !== 0) break;
      }
    }
  }
}
