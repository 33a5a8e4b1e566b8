import { existsSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

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

  it('is closed to others, or everyone on the machine could read what customers bought', () => {
    const path = join(directory(), 'a', 'b');
    makeDataDirectory(path);
    expect((statSync(path).mode & 0o777).toString(8)).toBe('700');
    expect((statSync(dirname(path)).mode & 0o777).toString(8)).toBe('700');
  });

  it('has its name on disk, and those of its parents: a power cut would take all that was confirmed in it', () => {
    const path = join(directory(), 'a', 'b');
    const synced: string[] = [];
    makeDataDirectory(path, (parent) => synced.push(parent));
    expect(synced.slice(0, 3)).toEqual([dirname(path), dirname(dirname(path)), dirname(dirname(dirname(path)))]);
    expect(existsSync(path)).toBe(true);
  });

  it('has it although somebody else made it, who may have died before that', () => {
    const path = directory();
    const synced: string[] = [];
    makeDataDirectory(path, (parent) => synced.push(parent));
    expect(synced[0]).toBe(dirname(path));
  });

  it('is refused when its name cannot be made durable, except by a parent that belongs to others', () => {
    const path = directory();
    const failing = (code: string) => () => {
      throw Object.assign(new Error(code), { code });
    };
    expect(() => {
      makeDataDirectory(path, failing('EIO'));
    }).toThrow(EnvironmentError);
    makeDataDirectory(path, failing('EACCES'));
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
