/*
 * Crashes a log wherever it can crash, opens every state that the disk could be left in, crashes that opening in turn, and so
 * on for a number of crashes. Each time it opens, what it holds is held against what customers had been told.
 */
import type { LogSettings } from '../support/memory-log.js';
import { imagesAfterPowerCut } from '../support/power-cut.js';
import type { Random } from '../../shared/customers/random.js';
import { fingerprint, SimulatedDisk } from '../support/simulated-disk.js';
import { openAndCheck, type LogOpening } from './open-and-check.js';
import { Recorder, type Moment } from './recorder.js';
import { knowledge, type Told } from './told.js';
import type { VisitedStates } from './visited-states.js';

export interface ExplorerOptions {
  /** How often the log crashes on one path, the first time included. */
  readonly crashesMax: number;
  /** States of one moment that are opened; where there could be more, so many are drawn. */
  readonly imagesMax: number;
  readonly sectorBytes: number;
  /** Of the logs that are opened. */
  readonly settings: LogSettings;
  readonly random: Random;
  readonly visited: VisitedStates;
  /** Called after each opening. */
  readonly onOpened?: () => void;
  /** No more is explored once this is so. */
  readonly enough?: () => boolean;
}

/** A crash lost, invented or changed something. The message is the way there. */
export class CrashFoundError extends Error {
  override readonly name = 'CrashFoundError';
}

/** A log that was left by a crash, and what is known of it. */
interface Left {
  readonly disk: SimulatedDisk;
  readonly told: Told;
  readonly knows: keyof typeof knowledge;
  /** One line for each crash. */
  readonly trail: readonly string[];
}

export class CrashExplorer {
  readonly #options: ExplorerOptions;
  /** Moments of which not every state was opened. */
  drawn = 0;

  constructor(options: ExplorerOptions) {
    this.#options = options;
  }

  /** Explores every crash from these moments on. @throws CrashFoundError */
  async explore(moments: readonly Moment[], trail: readonly string[] = []): Promise<void> {
    for (const { before, disk, told } of moments) {
      for (const knows of ['least', 'most'] as const) {
        const where = `before ${before}; the database knows the ${knows}`;
        // The process dies and the machine goes on: what is open on the disk stays open.
        if (this.#mustOpen(disk.openFingerprint(), told, knows, trail)) {
          await this.#open({ disk: disk.copy(), told, knows, trail: [...trail, `killed ${where}`] });
        }
        let number = 0;
        for (const image of this.#imagesAfterPowerCut(disk)) {
          if (this.#options.enough?.() === true) return;
          number += 1;
          if (!this.#mustOpen(fingerprint(image), told, knows, trail)) continue;
          const left = new SimulatedDisk(image, { sectorBytes: this.#options.sectorBytes });
          await this.#open({ disk: left, told, knows, trail: [...trail, `power cut ${where} (state ${number})`] });
        }
      }
    }
  }

  #imagesAfterPowerCut(disk: SimulatedDisk) {
    const { imagesMax, random } = this.#options;
    const onDrawn = () => {
      this.drawn += 1;
    };
    return imagesAfterPowerCut(disk, { imagesMax, random, onDrawn });
  }

  #mustOpen(disk: string, told: Told, knows: Left['knows'], trail: readonly string[]): boolean {
    const { visited, settings, sectorBytes, crashesMax } = this.#options;
    const state = `${disk} ${JSON.stringify([told, knowledge[knows](told)])}`;
    return visited.mustOpen(state, JSON.stringify([settings, sectorBytes]), crashesMax - trail.length - 1);
  }

  /** Opens what a crash left, holds it against what was told, appends, and goes on to the next crash. */
  async #open({ disk, told, knows, trail }: Left): Promise<void> {
    const recorder = new Recorder(disk, told);
    const crashesAgain = trail.length < this.#options.crashesMax;
    if (!crashesAgain) recorder.stopKeeping();
    try {
      await liveOnce(recorder, { ...this.#options.settings, expected: knowledge[knows](told) }, trail.length);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new CrashFoundError([...trail, reason].join('\n  then '), { cause: error });
    }
    this.#options.onOpened?.();
    if (!crashesAgain) return;
    recorder.keep('anything more');
    await this.explore(recorder.moments, trail);
  }
}

/** Opens the log, reads it, appends an entry, and closes it. @throws when it does not hold what was told */
async function liveOnce(recorder: Recorder, options: LogOpening, life: number): Promise<void> {
  const opened = await openAndCheck(recorder, options);
  const next = recorder.told.acknowledged.length + 1;
  await recorder.append(opened.log, [`entry ${next} of life ${life}`]);
  if (opened.log.durableSequence !== next) throw new Error(`entry ${next} became ${opened.log.durableSequence}`);
  await opened.log.close();
  const { openPaths } = recorder.files;
  if (openPaths.length > 0) throw new Error(`files were left open: ${openPaths.join()}`);
}
