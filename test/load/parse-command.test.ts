import { describe, expect, it } from '@jest/globals';

import { environmentOptions } from '../../services/load/config.js';
import { parseCommand } from '../../services/load/parse-command.js';
import { UsageError } from '../../shared/command-line/usage-error.js';

const parse = (line: string, environment: Readonly<Record<string, string>> = {}) =>
  parseCommand(line.split(' ').filter(Boolean), environmentOptions(environment));
const closed = (concurrency: number) => ({ pace: { kind: 'closed', concurrency } });
const open = (perSecond: number, connections = 64) => ({ pace: { kind: 'open', perSecond, connections } });

describe('what is asked of the load', () => {
  it('has a default for everything; the seed is another each time', () => {
    const { seed, ...rest } = parse('') as { seed: number };
    expect(rest).toEqual({
      ...{ name: 'load', url: 'http://127.0.0.1:3000', apiKey: undefined, ...closed(8), json: false },
      ...{ durationMs: 30_000, purchasesMax: undefined, repeatShare: 0.05, acknowledged: undefined },
    });
    expect(parse('')).not.toMatchObject({ seed });
  });

  it('is what was written, or something else would be measured', () => {
    expect(
      parse('--url https://shop/a --rate 12.5 --connections=3 --duration 2h --purchases 9 --retries 0 --seed 7 --json'),
    ).toMatchObject({
      ...{ url: 'https://shop/a', ...open(12.5, 3), durationMs: 7_200_000, purchasesMax: 9, repeatShare: 0, seed: 7 },
      json: true,
    });
    expect(parse('--concurrency 20 --duration 5m --acknowledged a.jsonl --append --api-key secret')).toMatchObject({
      ...{ ...closed(20), durationMs: 300_000, acknowledged: { path: 'a.jsonl', append: true }, apiKey: 'secret' },
    });
    expect(parse('--acknowledged a')).toMatchObject({ acknowledged: { path: 'a', append: false } });
    expect(parse('--duration forever')).toMatchObject({ durationMs: undefined });
    expect(parse('--help')).toEqual({ name: 'help' });
  });

  it('ends after so many purchases, and not before, unless a time is named too', () => {
    expect(parse('--purchases 100')).toMatchObject({ purchasesMax: 100, durationMs: undefined });
    expect(parse('--purchases 100 --duration 3s')).toMatchObject({ purchasesMax: 100, durationMs: 3_000 });
  });

  it('is taken from variables where options say nothing; an empty one is none', () => {
    const variables = {
      ...{ CHECKOUT_URL: 'http://checkout:3000', API_KEY: 'secret', LOAD_RATE: '50', LOAD_CONNECTIONS: '9' },
      ...{ LOAD_DURATION: 'forever', LOAD_RETRIES: '0.5', LOAD_SEED: '3', LOAD_CONCURRENCY: '', LOAD_PURCHASES: '' },
    };
    const fromVariables = { url: 'http://checkout:3000', apiKey: 'secret', ...open(50, 9), repeatShare: 0.5, seed: 3 };
    expect(parse('', variables)).toMatchObject({ ...fromVariables, durationMs: undefined, purchasesMax: undefined });
    expect(parse('--rate 7 --seed 4', variables)).toMatchObject({ ...open(7, 9), seed: 4 });
    expect(parse('--concurrency 2', variables)).toMatchObject(closed(2));
    expect(parse('--connections 2', variables)).toMatchObject(open(50, 2));
    expect(parse('--rate 2', { LOAD_CONCURRENCY: '5' })).toMatchObject(open(2));
  });

  it.each([
    ['http://a', 'http://a: what is that?'],
    ['--fast', "Unknown option '--fast'"],
    ['--url 127.0.0.1:3000', '--url takes an http or https URL'],
    ['--rate 0', '--rate takes a number from 0.01 to 100000'],
    ['--rate 9 --concurrency 9', '--rate and --concurrency contradict each other'],
    ['--connections 9', '--connections goes with --rate'],
    ['--concurrency 1001', '--concurrency takes a number'],
    ['--duration 30', '--duration takes 30s, 5m, 2h'],
    ['--duration 0s', '--duration takes'],
    ['--duration 25h --duration 600h', '--duration takes'],
    ['--purchases 0', '--purchases takes a number'],
    ['--retries 1.1', '--retries takes a number from 0 to 1'],
    ['--seed -1', '--seed'],
    ['--append', '--append goes with --acknowledged FILE'],
  ])('is refused with advice if it is wrong: %s', (line, message) => {
    expect(() => parse(line)).toThrow(UsageError);
    expect(() => parse(line)).toThrow(message);
  });

  it('names the variable that a wrong value comes from', () => {
    expect(() => parse('', { LOAD_RATE: 'many' })).toThrow(/not many \(from the variable LOAD_RATE\)/);
    expect(() => parse('', { CHECKOUT_URL: 'shop' })).toThrow(/from the variable CHECKOUT_URL/);
    expect(() => parse('', { LOAD_DURATION: 'long' })).toThrow(/from the variable LOAD_DURATION/);
    expect(() => parse('--rate many', { LOAD_RATE: '5' })).toThrow(/^(?!.*variable)/);
  });

  it('repeats no API key in a message', () => {
    expect(() => parse('', { API_KEY: 'hunter2 ü' })).toThrow(/^(?!.*hunter2).*--api-key takes printable ASCII/);
  });
});
