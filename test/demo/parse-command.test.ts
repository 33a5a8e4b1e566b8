import { describe, expect, it } from '@jest/globals';

import { parseCommand } from '../../services/demo/parse-command.js';

describe('the demonstration takes', () => {
  it('no options, and then a seed of its own', () => {
    expect(parseCommand([])).toMatchObject({ name: 'demo', fast: false, seed: expect.any(Number) });
  });

  it('a seed, and the wish to be fast', () => {
    expect(parseCommand(['--seed', '0', '--fast'])).toEqual({ name: 'demo', fast: true, seed: 0 });
    expect(parseCommand(['--help'])).toEqual({ name: 'help' });
  });

  it.each([
    [['--seed', '-1'], '--seed'],
    [['--seed', '4294967296'], '--seed takes a number from 0 to 4294967295'],
    [['--slow'], 'usage: npm run demo'],
    [['now'], 'now: it takes options only'],
  ])('nothing else: %j', (args, words) => {
    expect(() => parseCommand(args)).toThrow(words);
  });
});
