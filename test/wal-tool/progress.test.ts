import { describe, expect, it } from '@jest/globals';

import { Progress } from '../../services/wal/progress.js';
import { readableBytes } from '../../shared/command-line/readable-numbers.js';

function told(stream: { isTTY?: boolean }, asked: boolean): string {
  let text = '';
  const progress = new Progress({
    stream: { ...stream, write: (more: string) => (text += more) },
    ...{ asked, what: 'verifying', total: 5_000_000 },
  });
  progress.add(2_500_000);
  progress.end();
  return text;
}

describe('progress', () => {
  it('short work, or a file that errors go to, would be cluttered', () => {
    expect(told({ isTTY: true }, false)).toBe('');
    expect(told({}, false)).toBe('');
  });

  it('who asks for it would hear nothing', () => {
    expect(told({}, true)).toMatch(/^verifying: done, 2\.5 MB, .*\/s\n$/);
  });
});

describe('bytes for people', () => {
  it('a size would be told wrongly', () => {
    const told = [0, 999, 1000, 21_234, 999_999, 64e6, 1.25e9, 5e12, 5e15].map(readableBytes);
    expect(told).toEqual([
      '0 bytes',
      '999 bytes',
      '1.0 kB',
      '21.2 kB',
      '1000 kB',
      '64.0 MB',
      '1.3 GB',
      '5.0 TB',
      '5000 TB',
    ]);
  });
});
