import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';

import { EnvironmentError, makeDataDirectory } from '../../shared/environment/index.js';
import { temporaryDirectories } from '../support/temporary-directory.js';

describe('the folder for the data', () => {
  const directory = temporaryDirectories();

  it('is made with its parents, and left as it is if it is there', () => {
    const path = join(directory(), 'a', 'b');
    makeDataDirectory(path);
    makeDataDirectory(path);
    expect(statSync(path).isDirectory()).toBe(true);
  });

  it('is refused with its name when something else is in the way', () => {
    const file = join(directory(), 'file');
    writeFileSync(file, '');
    expect(() => {
      makeDataDirectory(join(file, 'data'));
    }).toThrow(EnvironmentError);
    expect(() => {
      makeDataDirectory(join(file, 'data'));
    }).toThrow(`DATA_DIR ${join(file, 'data')} cannot be used (ENOTDIR)`);
  });

  it('is refused where no folder can be made, rather than tried forever', () => {
    expect(() => {
      makeDataDirectory('/proc/self/no-folder-can-be-made-here');
    }).toThrow(EnvironmentError);
  });
});
