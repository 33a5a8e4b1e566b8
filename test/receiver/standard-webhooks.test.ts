import { randomBytes, randomInt } from 'node:crypto';

import { describe, expect, it } from '@jest/globals';
import { Webhook, WebhookVerificationError } from 'standardwebhooks';

import { createSigner } from '../../shared/outbox/sign-webhook.js';
import { createSignatureCheck } from '../../shared/receiver/index.js';

/*
 * Our signer and our check share no line with the published library, which stands for everyone else: what one signs, the other must
 * take, and what one refuses, the other must refuse.
 */

const secretOf = (bytes: number) => `whsec_${randomBytes(bytes).toString('base64')}`;
const nowSeconds = () => Math.floor(Date.now() / 1000);

/** Bodies as they come, not as a serialiser would write them. */
const bodies = {
  'an event': '{"type":"purchase.accepted","timestamp":"2026-01-01T00:00:00.000Z","data":{"id":"1"}}',
  'an event with its keys turned round and spaces': '{ "data" : {"id":"1"},\n\t"type":"purchase.accepted" }\n',
  'text that is not ASCII': '{"customerId":"Zoë Łukasiewicz 訂單 🛒"}',
  'text that is escaped where it need not be': '{"customerId":"\\u005aoe","total":1.50e3}',
  nothing: '',
  'a long body': JSON.stringify('x'.repeat(200_000)),
};

function signedByUs(secrets: readonly string[], id: string, body: string): Record<string, string> {
  const timestamp = nowSeconds();
  const signature = createSigner(secrets)(id, timestamp, Buffer.from(body));
  return { 'webhook-id': id, 'webhook-timestamp': String(timestamp), 'webhook-signature': signature };
}

function signedByThem(secrets: readonly string[], id: string, body: string): Record<string, string> {
  const at = new Date();
  const signatures = secrets.map((secret) => new Webhook(secret).sign(id, at, body));
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': signatures.join(' '),
  };
}

const takenByUs = (secrets: readonly string[], headers: Record<string, string>, body: string) => {
  try {
    createSignatureCheck(secrets)(headers, Buffer.from(body));
    return true;
  } catch (error) {
    expect(error).toMatchObject({ status: 401 });
    return false;
  }
};

/** The library knows one secret at a time; a receiver that rotates asks for each. */
const takenByThem = (secrets: readonly string[], headers: Record<string, string>, body: string) =>
  secrets.some((secret) => {
    try {
      new Webhook(secret).verify(Buffer.from(body), headers, { jsonParse: false });
      return true;
    } catch (error) {
      expect(error).toBeInstanceOf(WebhookVerificationError);
      return false;
    }
  });

const parties = [
  { name: 'our signature by the library', sign: signedByUs, takes: takenByThem },
  { name: "the library's signature by our check", sign: signedByThem, takes: takenByUs },
  { name: 'our signature by our check', sign: signedByUs, takes: takenByUs },
];

describe.each(parties)('$name', ({ sign, takes }) => {
  it.each(Object.entries(bodies))('is taken over %s, byte for byte, or deliveries would stop', (_name, body) => {
    const secret = secretOf(32);
    expect(takes([secret], sign([secret], 'msg-1', body), body)).toBe(true);
  });

  it.each(Object.entries(bodies))(
    'is refused over %s once a byte is added, or orders could be forged',
    (_name, body) => {
      const secret = secretOf(32);
      expect(takes([secret], sign([secret], 'msg-1', body), `${body} `)).toBe(false);
    },
  );

  it('is taken with secrets of every length from 24 to 64 bytes, or some shops could never deliver', () => {
    for (let bytes = 24; bytes <= 64; bytes += 1) {
      const secret = secretOf(bytes);
      const body = randomBytes(randomInt(1, 200)).toString('base64url');
      expect([bytes, takes([secret], sign([secret], `msg-${bytes}`, body), body)]).toEqual([bytes, true]);
    }
  });

  it('is taken in every step of a rotation, and refused only where nobody shares a secret any more', () => {
    const [old, next] = [secretOf(24), secretOf(64)];
    const body = bodies['an event'];
    const steps = [[old], [next, old], [next]];
    const taken = steps.map((senders) =>
      steps.map((receivers) => takes(receivers, sign(senders, 'msg-1', body), body)),
    );
    expect(taken).toEqual([
      [true, true, false],
      [true, true, true],
      [false, true, true],
    ]);
  });

  it('is refused with another id, another time or another secret', () => {
    const secret = secretOf(32);
    const body = bodies['an event'];
    const signed = sign([secret], 'msg-1', body);
    expect(takes([secret], { ...signed, 'webhook-id': 'msg-2' }, body)).toBe(false);
    expect(takes([secret], { ...signed, 'webhook-timestamp': String(nowSeconds() + 9) }, body)).toBe(false);
    expect(takes([secretOf(32)], signed, body)).toBe(false);
  });
});
