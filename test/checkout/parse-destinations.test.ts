import { describe, expect, it } from '@jest/globals';

import { parseDestinations } from '../../services/checkout/parse-destinations.js';

const secret = `whsec_${Buffer.alloc(24, 1).toString('base64')}`;
const ownSecret = `whsec_${Buffer.alloc(32, 2).toString('base64')}`;
const olderSecret = `whsec_${Buffer.alloc(32, 3).toString('base64')}`;

const parse = (text: string) => parseDestinations(text, [secret]);
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
      `w=http://w/;batch=100;batch-bytes=50000;timeout=250;secret=${ownSecret};secret=${olderSecret};factor=1.5`,
    ).destinations;
    expect(destination).toMatchObject({
      batchMax: 100,
      batchBytesMax: 50_000,
      attemptTimeoutMs: 250,
      retryDelayFactor: 1.5,
      secrets: [ownSecret, olderSecret],
    });
    expect(destination).not.toHaveProperty('attemptsMax');
  });

  it('takes the words that need no guess: where a new one begins, who was removed, what order', () => {
    const { destinations, removed, faults } = parse(
      'w=http://w/;from=1;backfill-rate=.5;order=key;rate=20;verify=http://w/held/{id},finance=removed,x=http://x/',
    );
    expect(faults).toEqual([]);
    expect(removed).toEqual(['finance']);
    expect(destinations[0]).toMatchObject({
      from: 1,
      backfillRatePerSecond: 0.5,
      order: 'key',
      ratePerSecondMax: 20,
      verifyUrl: 'http://w/held/{id}',
    });
    expect(destinations[1]).toMatchObject({ name: 'x', from: 'end', backfillRatePerSecond: 500 });
  });

  it('signs with the common secret where a destination has none of its own', () => {
    expect(parse('w=http://w/').destinations[0]?.secrets).toEqual([secret]);
  });

  it('does not sign with the common secrets where it has its own, or who holds those could write to that destination', () => {
    const both = parseDestinations(`w=http://w/,f=http://f/;secret=${ownSecret}`, [secret, olderSecret]);
    expect(both.destinations.map(({ secrets }) => secrets)).toEqual([[secret, olderSecret], [ownSecret]]);
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
    ['w=http://w/ f=http://f/', /must hold no white space: between two destinations stands a comma/],
    ['w=http://w/\nf=http://f/', /must hold no white space/],
    ['w=http://ann:hunter2@w/', /must name no user and no password: neither would be sent/],
    ['w=http://w/;verify=http://ann@w/{id}', /must name no user and no password/],
    ['w=file:///events', /must be an http or https URL/],
    ['w=javascript:alert(1)', /must be an http or https URL/],
    ['w=http://w/events#part', /must have no fragment/],
    ['w=http://w/events#', /must have no fragment/],
    ['w=http://w/;verify=ftp://w/{id}', /must be an http or https URL with \{id\} in it/],
    ['w=http://w/;verify=http://w/held#{id}', /must have no fragment/],
    ['w=http://w/;verify=http://{id}.w/held', /must have \{id\} in its path or its query/],
    ['w=http://w/;verify=http://{id}.w/held/{id}', /must have \{id\} in its path or its query/],
    ['w=http://a/,w=http://b/', /names w twice/],
    ['w=http://w/;batch=5;batch=50', /gives w batch twice/],
    ['w=http://w/;batch=0', /batch=0: it must be a whole number from 1 to 500/],
    ['w=http://w/;batch=many', /batch=many/],
    ['w=http://w/;batch', /batch=: it must be a whole number/],
    ['w=http://w/;timeout=-5', /timeout=-5/],
    ['w=http://w/;bathc=5', /unknown option "bathc": there are timeout, batch/],
    ['w=http://w/;order=fifo', /order=fifo: it must be none or key/],
    ['w=http://w/;verify=http://w/held', /it must be an http or https URL with \{id\} in it/],
    ['w=http://w/;verify=/held/{id}', /it must be an http or https URL with \{id\} in it/],
    ['w=http://w/;from=0', /from=0: it must be end, or the first sequence/],
    ['w=http://w/;from=start', /from=start: it must be end, or the first sequence/],
    ['w=http://w/;rate=0', /rate=0: it must be a number from 0.01/],
    ['w=http://w/;backfill-rate=fast', /backfill-rate=fast: it must be a number/],
    ['f=removed', /names no destination/],
    ['w=http://w/,w=removed', /names w twice/],
    ['w=http://w/,f=removed;batch=5', /removes f and gives it options/],
    ['w=http://w/;secret=whsec_c2hvcnQ=', /secret: it must be whsec_/],
    [`w=http://w/;secret=${ownSecret};secret=${ownSecret}`, /w secret: it stands there twice/],
    [`w=http://w/;secret=${ownSecret};secret=${olderSecret};secret=${secret}`, /w secret: it may be given 2 times/],
  ])('says what is wrong with "%s", so that no purchase goes to a place nobody meant', (text, fault) => {
    expect(faultsOf(text).join('\n')).toMatch(fault);
  });

  it('never repeats a secret in a fault', () => {
    expect(faultsOf('w=http://w/;secret=whsec_hunter2').join()).not.toContain('hunter2');
    const twice = `;secret=${ownSecret};secret=${ownSecret};secret=${olderSecret};secret=${secret}`;
    expect(faultsOf(`w=http://w/${twice}`)).toHaveLength(2);
    expect(faultsOf(`w=http://w/${twice}`).join()).not.toContain('whsec_');
  });

  it.each([
    ['behind a comma in place of a semicolon', `w=http://w/,secret=${ownSecret}`],
    ['alone behind a comma', `w=http://w/,${ownSecret}`],
    ['without the name of its option', `w=http://w/;${ownSecret}`],
    ['behind a colon in place of an equals sign', `w=http://w/;secret:${ownSecret}`],
    ['behind the URL', `w=htp://w/${ownSecret}`],
  ])('never repeats a secret that stands %s', (_, text) => {
    expect(faultsOf(text)).not.toEqual([]);
    expect(faultsOf(text).join()).not.toContain(ownSecret.slice('whsec_'.length));
  });

  it.each(['w=htp://ann:hunter2@w/', 'w=http://ann:hunter2@w/', 'w=http://w/;verify=htp://ann:hunter2@w/{id}'])(
    'never repeats the password in "%s"',
    (text) => {
      expect(faultsOf(text)).toHaveLength(1);
      expect(faultsOf(text).join()).not.toContain('hunter2');
    },
  );

  it('reports every fault at once', () => {
    expect(faultsOf('W=x;batch=0;y=1')).toHaveLength(4);
  });
});
