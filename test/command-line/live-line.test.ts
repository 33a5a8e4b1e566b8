import { describe, expect, it } from '@jest/globals';

import { LiveLine } from '../../shared/command-line/live-line.js';

const erase = '\r\u001b[K';

function stream(isTTY: boolean, columns = 20) {
  const written: string[] = [];
  return { isTTY, columns, written, write: (text: string) => written.push(text) };
}

describe('a live line', () => {
  it('draws over itself on a terminal, and never wraps', () => {
    const terminal = stream(true);
    const line = new LiveLine(terminal);
    line.show('one');
    line.show('a line that is wider than the terminal');
    line.end();
    line.end();
    expect(terminal.written).toEqual([`${erase}one`, `${erase}a line that is wide`, erase]);
  });

  it('takes a terminal that knows no width for one of 80 columns', () => {
    const terminal = stream(true, 0);
    new LiveLine(terminal).show('x'.repeat(100));
    expect(terminal.written).toEqual([`${erase}${'x'.repeat(79)}`]);
  });

  it('goes on below what stays', () => {
    const terminal = stream(true);
    const line = new LiveLine(terminal);
    line.say('first');
    line.show('live');
    line.say('second', 'third');
    expect(terminal.written).toEqual(['first\n', `${erase}live`, `${erase}second\nthird\nlive`]);
  });

  it('is a plain line now and then where it is no terminal, without control characters', () => {
    const file = stream(false);
    let now = 0;
    const line = new LiveLine(file, { plainIntervalMs: 100, now: () => now });
    for (const [at, text] of [
      [0, 'a'],
      [99, 'b'],
      [100, 'c'],
      [150, 'd'],
      [200, 'e'],
    ] as const) {
      now = at;
      line.show(text);
    }
    line.say('stays');
    line.end();
    expect(file.written).toEqual(['c\n', 'e\n', 'stays\n']);
  });
});
