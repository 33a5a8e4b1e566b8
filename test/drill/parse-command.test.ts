import { describe, expect, it } from '@jest/globals';

import { UsageError } from '../../shared/command-line/index.js';
import { parseCommand } from './parse-command.js';
import { usage } from './usage.js';

describe('the command line of the drill', () => {
  it('drills a little where nothing is said', () => {
    expect(parseCommand([])).toEqual({
      ...{ name: 'drill', kills: 30, seed: undefined, rate: 100, keep: undefined, json: undefined },
    });
  });

  it('takes what is said', () => {
    const args = ['--kills', '1000', '--seed', '0', '--rate', '400', '--keep', 'here', '--json', 'figures.json'];
    expect(parseCommand(args)).toEqual({
      ...{ name: 'drill', kills: 1000, seed: 0, rate: 400, keep: 'here', json: 'figures.json' },
    });
    expect(parseCommand(['-h'])).toEqual({ name: 'help' });
  });

  it.each([
    [['--kills', '0']],
    [['--kills', '1.5']],
    [['--kills', 'many']],
    [['--seed', '4294967296']],
    [['--rate', '0']],
    [['--minutes', '3']],
    [['1000']],
  ])('does not take %j', (args) => {
    expect(() => parseCommand(args)).toThrow(UsageError);
  });

  it('tells every option in its help, in eighty columns', () => {
    for (const option of ['kills', 'seed', 'rate', 'keep', 'json', 'help']) expect(usage).toContain(`  --${option} `);
    for (const line of usage.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });
});
