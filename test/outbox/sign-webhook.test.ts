import { describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';

import { createSigner } from '../../shared/outbox/sign-webhook.js';

const OLD = `whsec_${Buffer.alloc(24, 1).toString('base64')}`;
const NEW = `whsec_${Buffer.alloc(64, 2).toString('base64')}`;

describe('createSigner', () => {
  it('signs the example of the specification', () => {
    // https://github.com/standard-webhooks/standard-webhooks: secret, id, time and payload of its reference tests
    const sign = createSigner(['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw']);
    expect(sign('msg_p5jXN8AQM9LWM0D4loKWxJek', 1614265330, Buffer.from('{"test": 2432232314}'))).toBe(
      'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    );
  });

  it.each(['', '{}', '{"name":"Zoë"}', 'x'.repeat(100_000)])('agrees with an independent implementation', (body) => {
    const seconds = 1_760_000_000;
    const theirs = new Webhook(OLD).sign('id-1', new Date(seconds * 1000), body);
    expect(createSigner([OLD])('id-1', seconds, Buffer.from(body))).toBe(theirs);
  });

  it('gives one signature for each secret, newest first', () => {
    const body = Buffer.from('{}');
    const both = createSigner([NEW, OLD])('id-1', 1, body);
    expect(both).toBe(`${createSigner([NEW])('id-1', 1, body)} ${createSigner([OLD])('id-1', 1, body)}`);
  });

  it('depends on the id, the time and every byte', () => {
    const sign = createSigner([OLD]);
    const signatures = [
      sign('id-1', 1, Buffer.from('{}')),
      sign('id-2', 1, Buffer.from('{}')),
      sign('id-1', 2, Buffer.from('{}')),
      sign('id-1', 1, Buffer.from('{ }')),
    ];
    expect(new Set(signatures).size).toBe(4);
  });

  it.each([[[]], [['']], [['secret']], [['whsec_']], [['whsec_not base64!']], [[OLD, 'whsk_AAAA']]])(
    'refuses %p: an event signed with a weak key is an event anybody can send',
    (secrets) => {
      expect(() => createSigner(secrets)).toThrow();
    },
  );
});
