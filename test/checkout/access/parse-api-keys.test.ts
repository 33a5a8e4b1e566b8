import { describe, expect, it } from '@jest/globals';

import { parseApiKeys } from '../../../services/checkout/access/parse-api-keys.js';
import { digestToken } from '../../../shared/http/index.js';

const faultsOf = (text: string) => parseApiKeys(text).faults;
const secret = 'sixteen-is-enough';
const another = 'c2VjcmV0LW9mLXRoaXJ0eS1ieXRlcw==';

describe('API_KEYS', () => {
  it('names shops and their secrets, of which digests are kept and nothing else: what is not there cannot leak', () => {
    const { keys, faults } = parseApiKeys(` web=${secret} , app-2=${another};${secret}2 `);
    expect(faults).toEqual([]);
    expect(keys).toEqual([
      { name: 'web', digests: [digestToken(secret)] },
      { name: 'app-2', digests: [digestToken(another), digestToken(`${secret}2`)] },
    ]);
    expect(JSON.stringify(keys)).not.toContain(secret);
  });

  it.each([
    ['', /names no key/],
    [' , ', /names no key/],
    [`=${secret}`, /key 1: its name must be 1 to 32 of a-z, 0-9 and -/],
    [`Web=${secret}`, /key 1: its name must be/],
    [`${'w'.repeat(33)}=${secret}`, /key 1: its name must be/],
    [`web=${secret},web=${another}`, /key 2: its name is that of key 1/],
    ['web=too-short-by-1', /^key 1: a secret must have 16 to 256 characters/],
    ['web=', /key 1: a secret must have/],
    [`web=${'x'.repeat(257)}`, /key 1: a secret must have/],
    [`web=with a space in the middle`, /key 1: a secret must have/],
    ['web=m\u00fc\u00dfte-es-nicht-geben', /key 1: a secret must have/],
    [`web=${secret};`, /key 1: a secret must have/],
    [`web=${secret},app=${secret}`, /key 2: its secret is that of key 1/],
    [`web=${secret};${secret}`, /key 1: its secret is that of key 1/],
    [`web=${secret};${another};${another}3`, /key 1: it may have 2 secrets/],
    [Array.from({ length: 101 }, (_, index) => `k${index}=${secret}-${index}`).join(), /names 101 keys/],
  ])('says what is wrong with "%s", so that no shop is open to others, or shut', (text, fault) => {
    expect(faultsOf(text).join('\n')).toMatch(fault);
  });

  it('reports every fault at once', () => {
    expect(faultsOf(`Web=short,app=${secret},app=${secret}`)).toHaveLength(4);
  });

  it.each([
    ['without a name', secret],
    ['without a name, and one that looks like one', 'sixteen-is-enough-0123456789abcdef'],
    ['before its name', `${secret}=web`],
    ['before its name, twice', `${secret}=web,${secret}=web`],
    ['twice', `web=${secret},app=${secret}`],
    ['behind a colon', `web:${secret}`],
    ['that is wrong', `web=${secret} ${secret}`],
  ])('never repeats a secret %s', (_what, text) => {
    expect(faultsOf(text)).not.toEqual([]);
    expect(faultsOf(text).join()).not.toContain('sixteen');
  });
});
