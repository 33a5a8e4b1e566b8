import { describe, expect, it } from '@jest/globals';

import { parseDestinations } from '../../services/checkout/parse-destinations.js';

const secret = `whsec_${Buffer.alloc(24, 1).toString('base64')}`;
const ownSecret = `whsec_${Buffer.alloc(32, 2).toString('base64')}`;
const olderSecret = `whsec_${Buffer.alloc(32, 3).toString('base64')}`;

const parse = (text: string) => parseDestinations(text, secret);
const faultsOf = (text: string) => parse(text).faults;

describe('DESTINATIONS', () => {
  it('names any number of destinations, in order', () => {
    const { destinations, faults } = parse(
      'warehouse=http://w:1/events, finance=https://f/events ,crm=http://127.0.0.1:9/x',
    );
    expect(faults).toEqual([]);
    expect(destinations.map(({ name, url }) => [name, url])).toEqual([
      ['warehouse', 'http://w:1/events'],
      ['finance', 'https://f/events'],
      ['crm', 'http://127.0.0.1:9/x'],
    ]);
  });

  it('takes options behind the URL, and leaves the others at their defaults', () => {
    const [destination] = parse(
      `w=http://w/;batch=100;timeout=250;secret=${ownSecret};secret=${olderSecret};factor=1.5`,
    ).destinations;
    expect(destination).toMatchObject({
      batchMax: 100,
      attemptTimeoutMs: 250,
      retryDelayFactor: 1.5,
      secrets: [ownSecret, olderSecret],
    });
    expect(destination).not.toHaveProperty('attemptsMax');
  });

  it('signs with the common secret where a destination has none of its own', () => {
    expect(parse('w=http://w/').destinations[0]?.secrets).toEqual([secret]);
  });

  it('keeps what stands behind a second equals sign in a URL', () => {
    expect(parse('w=http://w/?a=b').destinations[0]?.url).toBe('http://w/?a=b');
  });

  it.each([
    ['', /names no destination/],
    [' , ', /names no destination/],
    ['http://w/', /a name is 1 to 32/],
    ['Warehouse=http://w/', /a name is 1 to 32/],
    ['w=', /must be an http or https URL/],
    ['w=ftp://w/', /must be an http or https URL/],
    ['w=//w/', /must be an http or https URL/],
    ['w=http://a/,w=http://b/', /names w twice/],
    ['w=http://w/;batch=0', /batch=0: it must be a number from 1 to 500/],
    ['w=http://w/;batch=many', /batch=many/],
    ['w=http://w/;batch', /batch=: it must be a number/],
    ['w=http://w/;timeout=-5', /timeout=-5/],
    ['w=http://w/;bathc=5', /unknown option "bathc": there are timeout, batch/],
    ['w=http://w/;secret=whsec_c2hvcnQ=', /a secret that is not whsec_/],
  ])('says what is wrong with "%s", so that no purchase goes to a place nobody meant', (text, fault) => {
    expect(faultsOf(text).join('\n')).toMatch(fault);
  });

  it('never repeats a secret in a fault', () => {
    expect(faultsOf('w=http://w/;secret=whsec_hunter2').join()).not.toContain('hunter2');
  });

  it('reports every fault at once', () => {
    expect(faultsOf('W=x;batch=0;y=1')).toHaveLength(4);
  });
});
