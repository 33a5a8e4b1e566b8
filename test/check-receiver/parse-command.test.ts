import { describe, expect, it } from '@jest/globals';

import { environmentSecrets } from '../../services/check-receiver/config.js';
import { parseCommand } from '../../services/check-receiver/parse-command.js';
import { UsageError } from '../../shared/command-line/usage-error.js';
import { secret } from '../support/deliver.js';

const otherSecret = `whsec_${Buffer.alloc(32, 5).toString('base64')}`;
const url = 'http://127.0.0.1:3001/events';
const parse = (line: string, secrets: readonly string[] = [secret]) =>
  parseCommand(line.split(' ').filter(Boolean), secrets);

describe('what is asked of the check', () => {
  it('has a default for all but the URL and the secret', () => {
    expect(parse(url)).toEqual({
      ...{ name: 'check', url, secrets: [secret], batch: 500, timeoutMs: 5000, sequence: 1, verbose: false },
    });
  });

  it('is what was written, or something else would be checked', () => {
    expect(parse(`${url} --secret ${otherSecret} --batch 20 --timeout=250 --sequence 900 --verbose`)).toMatchObject({
      ...{ secrets: [otherSecret], batch: 20, timeoutMs: 250, sequence: 900, verbose: true },
    });
    expect(parse(`--no-batch --secret ${otherSecret} --secret ${secret} ${url}`)).toMatchObject({
      ...{ batch: undefined, secrets: [otherSecret, secret] },
    });
    expect(parse('--help')).toEqual({ name: 'help' });
  });

  it('takes both secrets from the environment, where no list of processes shows them', () => {
    expect(environmentSecrets({ WEBHOOK_SECRET: secret, WEBHOOK_SECRET_PREVIOUS: otherSecret })).toEqual([
      secret,
      otherSecret,
    ]);
    expect(environmentSecrets({ WEBHOOK_SECRET: '', PATH: '/bin' })).toEqual([]);
  });

  it.each([
    ['', "name the receiver's URL"],
    [`${url} ${url}`, 'one URL is enough'],
    ['127.0.0.1:3001', 'no http or https URL'],
    ['ftp://a/', 'no http or https URL'],
    [`${url} --fast`, "Unknown option '--fast'"],
    [`${url} --batch 1`, '--batch takes a number from 2 to 500, not 1'],
    [`${url} --batch many`, '--batch takes a number'],
    [`${url} --batch 9 --no-batch`, 'contradict each other'],
    [`${url} --timeout 0`, '--timeout takes a number'],
    [`${url} --sequence 0`, '--sequence takes a number'],
    [`${url} --secret whsec_hunter2`, 'a secret must be whsec_ and the base64'],
    [`${url} --secret ${secret} --secret ${secret}`, 'the same secret is given twice'],
    [`${url} --secret ${secret} --secret ${otherSecret} --secret ${secret}`, 'two secrets at most'],
  ])('is refused with advice if it is wrong: %s', (line, message) => {
    expect(() => parse(line)).toThrow(UsageError);
    expect(() => parse(line)).toThrow(message);
  });

  it('needs a secret, and repeats none in a message', () => {
    expect(() => parse(url, [])).toThrow('give the secret');
    expect(() => parse(`${url} --secret whsec_hunter2`)).toThrow(/^(?!.*hunter2)/);
  });
});
