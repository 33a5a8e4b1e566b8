import { describe, expect, it } from '@jest/globals';

import { parseCommand } from '../../services/wal/parse-command.js';
import { UsageError } from '../../shared/command-line/usage-error.js';

const parse = (line: string) => parseCommand(line.split(' ').filter(Boolean));

describe('what is asked of the tool', () => {
  it('a command would do something else than was asked', () => {
    expect(parse('stats data --json')).toEqual({ name: 'stats', directory: 'data', json: true, progress: false });
    expect(parse('dump --from 3 data --to=9 --follow')).toEqual({
      ...{ name: 'dump', directory: 'data', from: 3, to: 9, follow: true, progress: false },
    });
    expect(parse('dump data')).toMatchObject({ from: 1, to: Number.MAX_SAFE_INTEGER, follow: false });
    expect(parse('verify data --durable 7 --progress')).toMatchObject({ name: 'verify', durable: 7, progress: true });
    expect(parse('repair data --to new')).toMatchObject({ name: 'repair', directory: 'data', to: 'new', durable: 0 });
  });

  it('someone who asks for help would be told that they are wrong', () => {
    expect(parse('--help')).toMatchObject({ name: 'help', text: expect.stringContaining('exit code') });
    for (const name of ['stats', 'dump', 'verify', 'repair']) {
      expect(parse(`${name} --help`)).toMatchObject({ name: 'help', text: expect.stringContaining(`-- ${name} DIR`) });
    }
  });

  it.each([
    ['', 'name a command'],
    ['erase data', 'there is no command erase: it is stats, dump, verify, repair'],
    ['verify', "name the log's folder"],
    ['verify a b', 'b: one folder is enough'],
    ['verify data --fast', "Unknown option '--fast'"],
    ['dump data --from -1', '--from'],
    ['dump data --from=-1', '--from takes the number of an entry, not -1'],
    ['dump data --to 1e3', '--to takes the number of an entry, not 1e3'],
    ['dump data --from 9 --to 3', '--to 3 lies before --from 9'],
    ['repair data', 'say where the copy is to go: --to NEWDIR'],
    ['repair data --to=', 'say where the copy is to go: --to NEWDIR'],
  ])('a wrong command would be taken for another: %s', (line, message) => {
    expect(() => parse(line)).toThrow(UsageError);
    expect(() => parse(line)).toThrow(message);
  });
});
