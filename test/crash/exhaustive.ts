/*
 * The small histories, crashed at every call, with every state of the disk opened, that opening crashed in turn; and with every
 * single call to the disk failing in every way.
 */
import type { Fault } from '../support/fault-files.js';
import type { LogSettings } from '../support/memory-log.js';
import { createRandom } from '../../shared/customers/random.js';
import { CrashExplorer } from './explorer.js';
import { record, type History } from './histories.js';
import type { VisitedStates } from './visited-states.js';

/** A segment for each batch, for two or three, for all; with and without zeros allocated ahead. */
export const allSettings: readonly LogSettings[] = [1, 200, 100_000].flatMap((segmentBytes) =>
  [0, 128].map((preallocateBytes) => ({ segmentBytes, preallocateBytes })),
);

/** Small enough for a batch to be torn in its middle. */
export const sectorBytes = 64;
/** More than any moment of these histories has: every state is opened. */
const imagesMax = 100_000;

export const faults: readonly { readonly name: string; readonly fault: Fault }[] = [
  { name: 'an I/O error', fault: { code: 'EIO' } },
  { name: 'an I/O error after half of a write', fault: { code: 'EIO', written: 0.5 } },
  { name: 'an I/O error after all of a write', fault: { code: 'EIO', written: 1 } },
  { name: 'a full disk', fault: { code: 'ENOSPC' } },
  { name: 'a full disk after half of a write', fault: { code: 'ENOSPC', written: 0.5 } },
  { name: 'a signal', fault: { code: 'EINTR' } },
  { name: 'a short write', fault: 'short-write' },
];

export interface Exhaustive {
  readonly settings: LogSettings;
  readonly crashesMax: number;
  readonly visited: VisitedStates;
  readonly onOpened?: () => void;
  /** No more is explored once this is so. */
  readonly enough?: () => boolean;
}

/** Crashes a history everywhere. @returns moments of which not every state was opened @throws CrashFoundError */
export async function crashEverywhere(history: History, options: Exhaustive): Promise<number> {
  const explorer = new CrashExplorer({ ...options, sectorBytes, imagesMax, random: createRandom(1) });
  const { moments } = await record(history, { settings: options.settings, sectorBytes });
  await explorer.explore(moments);
  return explorer.drawn;
}

/** Fails each call of a history in turn, and crashes it wherever it goes on from there. @throws CrashFoundError */
export async function failEverywhere(history: History, fault: Fault, options: Exhaustive): Promise<void> {
  for (let failing = 0; options.enough?.() !== true; failing += 1) {
    let before: number | undefined;
    const { moments, files } = await record(history, {
      ...{ settings: options.settings, sectorBytes },
      faultAt: (index, _call, recorder) => {
        if (index !== failing) return undefined;
        before = recorder.moments.length;
        return fault;
      },
    });
    if (before === undefined) return;
    if (files.openPaths.length > 0)
      throw new Error(`call ${failing} failed, and ${files.openPaths.join()} stayed open`);
    const explorer = new CrashExplorer({ ...options, sectorBytes, imagesMax, random: createRandom(1) });
    // What came before the fault is explored where nothing fails.
    await explorer.explore(moments.slice(before));
  }
}
