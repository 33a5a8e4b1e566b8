import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { UsageError } from '../../shared/command-line/index.js';

/** Where the services of a drill keep their data, and what becomes of it. */
export interface DrillDirectory {
  readonly path: string;
  /** Removes it, if it may go. Returns whether it is still there. */
  end(drillHeld: boolean): Promise<boolean>;
}

/** The folder that someone named, which stays; else one that goes after a drill that held. @throws UsageError */
export async function makeDrillDirectory(named: string | undefined): Promise<DrillDirectory> {
  if (named !== undefined) {
    const path = resolve(named);
    await mkdir(path, { recursive: true });
    if ((await readdir(path)).length > 0) throw new UsageError(`--keep ${named}: there is something in it already`);
    return { path, end: () => Promise.resolve(true) };
  }
  const path = await mkdtemp(join(tmpdir(), 'drill-'));
  return {
    path,
    end: async (drillHeld) => {
      if (drillHeld) await rm(path, { recursive: true, force: true });
      return !drillHeld;
    },
  };
}
