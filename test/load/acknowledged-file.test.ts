import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';

import { AcknowledgedFile } from '../../services/load/acknowledged-file.js';
import { CannotLoadError } from '../../services/load/usage.js';
import { temporaryDirectories } from '../support/temporary-directory.js';

const newDirectory = temporaryDirectories();
const newPath = () => join(newDirectory(), 'acknowledged.jsonl');
const told = (sequence: number) => ({ sequence, id: `id-${sequence}`, total: 250, currency: 'GBP' });
const line = (sequence: number) => `{"sequence":${sequence},"id":"id-${sequence}","total":250,"currency":"GBP"}\n`;

function write(path: string, append: boolean, ...sequences: number[]): void {
  const file = AcknowledgedFile.open(path, append);
  for (const sequence of sequences) file.write(told(sequence));
  file.close();
  file.close();
}

describe('the file of what was acknowledged', () => {
  it('has each line the moment it was written, whatever ends the process then', () => {
    const path = newPath();
    const file = AcknowledgedFile.open(path, false);
    file.write(told(1));
    expect(readFileSync(path, 'utf8')).toBe(line(1));
    file.write({ ...told(2), more: 'than that' } as ReturnType<typeof told>);
    expect(readFileSync(path, 'utf8')).toBe(line(1) + line(2));
    file.close();
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('never overwrites one that is there, unless asked to go on behind it', () => {
    const path = newPath();
    write(path, true, 1);
    expect(() => AcknowledgedFile.open(path, false)).toThrow(CannotLoadError);
    expect(() => AcknowledgedFile.open(path, false)).toThrow('is there already: name another file, or give --append');
    write(path, true, 2, 3);
    expect(readFileSync(path, 'utf8')).toBe(line(1) + line(2) + line(3));
  });

  it('has a line that was torn at any byte cut off before it goes on: it was never counted', () => {
    for (let length = 0; length < line(2).length; length += 1) {
      const path = newPath();
      writeFileSync(path, line(1) + line(2).slice(0, length));
      write(path, true, 3);
      expect(readFileSync(path, 'utf8')).toBe(line(1) + line(3));
    }
  });

  it.each(['my notes', `${line(1)}my notes`, 'x'.repeat(5_000)])(
    'cuts nothing off a file of somebody else: %.20s',
    (text) => {
      const path = newPath();
      writeFileSync(path, text);
      expect(() => AcknowledgedFile.open(path, true)).toThrow(/does not end like a file of this command/);
      expect(readFileSync(path, 'utf8')).toBe(text);
    },
  );

  it('says what is wrong with a place that takes no file, and where the disk is full', () => {
    const path = join(newDirectory(), 'missing', 'acknowledged');
    expect(() => AcknowledgedFile.open(path, false)).toThrow(`${path} cannot be written (ENOENT)`);
    expect(existsSync(path)).toBe(false);
    const full = AcknowledgedFile.open('/dev/full', true);
    expect(() => {
      full.write(told(1));
    }).toThrow('/dev/full cannot be written any more (ENOSPC)');
  });
});
