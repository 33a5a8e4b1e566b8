import { describe, expect, it } from '@jest/globals';

import type { Problem } from '../../shared/http/index.js';
import { createSigner } from '../../shared/outbox/sign-webhook.js';
import { createSignatureCheck } from '../../shared/receiver/index.js';
import { secret, signedHeaders, type DeliverOptions } from '../support/deliver.js';

const newSecret = `whsec_${Buffer.from('the secret that comes after it').toString('base64')}`;
const body = '{"any":"thing"}';
const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000);

/** Headers as Node hands them over: in lower case. */
function headers(options: DeliverOptions = {}): Record<string, string> {
  const signed = signedHeaders('msg', body, options);
  return Object.fromEntries(Object.entries(signed).map(([name, value]) => [name.toLowerCase(), value]));
}

function refusal(given: Record<string, string>, secrets = [secret], text = body): Problem | undefined {
  try {
    createSignatureCheck(secrets)(given, Buffer.from(text));
    return undefined;
  } catch (error) {
    return error as Problem;
  }
}

describe('the signature check', () => {
  it('lets a signed delivery in and returns its id, or no purchase would ever arrive', () => {
    expect(createSignatureCheck([secret])(headers(), Buffer.from(body))).toEqual({ webhookId: 'msg', by: 'current' });
  });

  it('takes the old and the new secret, or replacing a secret would stop deliveries', () => {
    expect(refusal(headers(), [newSecret, secret])).toBeUndefined();
    expect(refusal(headers({ secret: newSecret }), [newSecret, secret])).toBeUndefined();
  });

  it('tells which secret fitted, or nobody could know when the old one may go', () => {
    const check = createSignatureCheck([newSecret, secret]);
    const bothSigned = `${headers()['webhook-signature']!} ${headers({ secret: newSecret })['webhook-signature']!}`;
    const by = (given: Record<string, string>) => check(given, Buffer.from(body)).by;
    expect(by(headers({ secret: newSecret }))).toBe('current');
    expect(by(headers())).toBe('previous');
    expect(by({ ...headers(), 'webhook-signature': bothSigned })).toBe('current');
  });

  it('takes one good signature among several, or a sender in the middle of a rotation would be refused', () => {
    const old = headers();
    const both = { ...old, 'webhook-signature': `v1a,abc v1 ${headers({ secret: newSecret })['webhook-signature']!}` };
    expect(refusal(both, [newSecret])).toBeUndefined();
    expect(refusal(both, [secret])).toMatchObject({ status: 401 });
  });

  it('refuses a body that was changed by one byte, or anyone on the way could change an order', () => {
    expect(refusal(headers(), [secret], body.replace('thing', 'thinG'))).toMatchObject({
      status: 401,
      code: 'bad-signature',
      headers: { 'WWW-Authenticate': 'Standard-Webhooks' },
    });
  });

  it('refuses an id or a time that was not signed, or a recorded delivery could be replayed as another', () => {
    expect(refusal({ ...headers(), 'webhook-id': 'other' })).toMatchObject({ status: 401 });
    const later = String(Math.floor(Date.now() / 1000) + 30);
    expect(refusal({ ...headers(), 'webhook-timestamp': later })).toMatchObject({ status: 401 });
  });

  it.each([
    ['six minutes old', 6, /too old/],
    ['six minutes ahead', -6, /too new/],
  ])(
    'refuses a delivery %s and says so, or a recorded one could be replayed at any time',
    (_name, minutes, message) => {
      const problem = refusal(headers({ at: minutesAgo(minutes) }));
      expect(problem).toMatchObject({ status: 401, code: 'bad-signature' });
      expect(problem?.message).toMatch(message);
    },
  );

  it('takes one that is four minutes old or ahead, or clocks that differ a little would stop deliveries', () => {
    expect(refusal(headers({ at: minutesAgo(4) }))).toBeUndefined();
    expect(refusal(headers({ at: minutesAgo(-4) }))).toBeUndefined();
  });

  it('has the tolerance that it is given, on the clock that it is given', () => {
    const now = Date.now();
    const check = createSignatureCheck([secret], { toleranceSeconds: 10, now: () => now });
    const at = (seconds: number) => () => check(headers({ at: new Date(now + seconds * 1000) }), Buffer.from(body));
    expect(at(-10)).not.toThrow();
    expect(at(10)).not.toThrow();
    expect(at(-11)).toThrow('within 10 seconds');
    expect(at(11)).toThrow('within 10 seconds');
  });

  it.each(['', ' ', '12x', '1e9', '-5', '0x10', '99999999999999999999'])(
    'refuses the time %j, which is no number of seconds',
    (timestamp) => {
      expect(refusal({ ...headers(), 'webhook-timestamp': timestamp })).toMatchObject({ status: 401 });
    },
  );

  it.each(['webhook-id', 'webhook-timestamp', 'webhook-signature'])('names %s when it is missing', (name) => {
    const problem = refusal({ ...headers(), [name]: '' });
    expect(problem).toMatchObject({ status: 401, code: 'bad-signature' });
    expect(problem?.message).toContain(`no ${name}`);
  });

  it.each(['v1', 'v1,', ',', 'v2,abc', 'v1,####', ' '])(
    'refuses the signature %j without falling over',
    (signature) => {
      expect(refusal({ ...headers(), 'webhook-signature': signature })).toMatchObject({ status: 401 });
    },
  );

  it('cannot be built without a secret, or everyone would be let in', () => {
    expect(() => createSignatureCheck([])).toThrow(TypeError);
  });

  it.each([
    '',
    'whsec_',
    'c2VjcmV0',
    'whsec_not base64 at all, not at all, no',
    `whsec_${Buffer.alloc(23).toString('base64')}`,
  ])('cannot be built with %j for a secret, or anyone could guess it', (weak) => {
    expect(() => createSignatureCheck([secret, weak])).toThrow('24 to 64');
  });

  it('does not take other bytes for the same because they decode to the same text', () => {
    // What is not UTF-8 decodes to U+FFFD, whatever it was; a check over decoded text knows no difference.
    const signed = createSigner([secret])('msg', Math.floor(Date.now() / 1000), Buffer.from([0x22, 0xfe, 0x22]));
    const given = { ...headers(), 'webhook-signature': signed };
    const check = createSignatureCheck([secret]);
    expect(() => check(given, Buffer.from([0x22, 0xfe, 0x22]))).not.toThrow();
    expect(() => check(given, Buffer.from([0x22, 0xff, 0x22]))).toThrow('No signature fits');
  });
});
