import { accessSync, constants, existsSync, mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

import { EnvironmentError } from './read-environment.js';
import { syncWayTo } from './sync-way.js';

/** What customers bought is nobody else's on the machine. A folder that is there keeps the rights that it has. */
const ofThisUserOnly = 0o700;

/**
 * Makes the folder for the data, for this user alone, if it is not there, checks that this process may write in it, and makes its name durable: a
 * power cut would else take the folder, and with it all that was confirmed in it.
 *
 * @throws EnvironmentError that names the folder and what is wrong with it; on a full disk, the system's error
 */
export function makeDataDirectory(path: string, syncDirectory?: (path: string) => void): void {
  try {
    makeWithParents(path);
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
    syncWayTo(resolve(path), syncDirectory);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    // That passes by itself, and needs nobody to change the variable.
    if (code === 'ENOSPC' || code === 'EDQUOT') throw error;
    throw new EnvironmentError(
      `cannot start: DATA_DIR ${path} cannot be used (${code ?? message}): give a folder that this user can write`,
      { cause: error },
    );
  }
}

/** Not `recursive: true`: with that, Node 20 never returns where a parent exists but takes no folders, as in /proc. */
function makeWithParents(path: string): void {
  if (existsSync(path)) return;
  const parent = dirname(path);
  if (parent !== path) makeWithParents(parent);
  try {
    mkdirSync(path, ofThisUserOnly);
  } catch (error) {
    // Another service that starts at the same time may have made a parent that both need.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}
