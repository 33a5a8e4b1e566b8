import { accessSync, constants, mkdirSync } from 'node:fs';

import { EnvironmentError } from './read-environment.js';

/**
 * Makes the folder for the data if it is not there, and checks that this process may write in it.
 *
 * @throws EnvironmentError that names the folder and what is wrong with it
 */
export function makeDataDirectory(path: string): void {
  try {
    mkdirSync(path, { recursive: true });
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new EnvironmentError(
      `cannot start: DATA_DIR ${path} cannot be used (${code ?? message}): give a folder that this user can write`,
      { cause: error },
    );
  }
}
