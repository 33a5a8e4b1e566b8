import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';

import {
  connectionLimitsOf,
  demoAdminToken,
  demoWebhookSecret,
  readableLogFormat,
  readEnvironment,
  serviceVariables,
  webhookSecret,
  withDemoSecrets,
} from '../../shared/environment/index.js';

const schema = z.object(serviceVariables(3000));
const read = (variables: Record<string, string>) =>
  readEnvironment(schema, withDemoSecrets({ DATA_DIR: 'data', ...variables }));
const secretOf = (bytes: number) => `whsec_${Buffer.alloc(bytes, 7).toString('base64')}`;

describe('the variables of a service', () => {
  it('need no secrets in a demonstration, and use those that are given', () => {
    expect(read({ DEMO: '1' })).toMatchObject({ WEBHOOK_SECRET: demoWebhookSecret, ADMIN_TOKEN: demoAdminToken });
    expect(read({ DEMO: '1', ADMIN_TOKEN: 'my-own-token' })).toMatchObject({ ADMIN_TOKEN: 'my-own-token' });
  });

  it('need secrets otherwise and name those that are missing, or known ones would open a real shop', () => {
    expect(() => read({})).toThrow(/WEBHOOK_SECRET is not set.*ADMIN_TOKEN is not set/);
    expect(() => read({ DEMO: '0', WEBHOOK_SECRET: secretOf(32) })).toThrow(/^(?!.*WEBHOOK).*ADMIN_TOKEN is not set/);
  });

  it('are all reported at once, the secrets too, so that one look mends the set-up', () => {
    expect(() => read({ PORT: 'x' })).toThrow(/PORT must be.*WEBHOOK_SECRET is not set.*ADMIN_TOKEN is not set/);
  });

  it('count an empty one as unset', () => {
    expect(read({ DEMO: '1', WEBHOOK_SECRET: '', ADMIN_TOKEN: '' })).toMatchObject({ ADMIN_TOKEN: demoAdminToken });
    expect(() => read({ WEBHOOK_SECRET: '' })).toThrow('WEBHOOK_SECRET is not set');
  });

  it('never show a secret in a message', () => {
    expect(() => read({ WEBHOOK_SECRET: 'whsec_short', ADMIN_TOKEN: 'tiny' })).toThrow(/^(?!.*(whsec_short|tiny))/);
  });

  it.each([24, 32, 64])('take a webhook secret of %d bytes', (bytes) => {
    expect(webhookSecret.safeParse(secretOf(bytes)).success).toBe(true);
  });

  it.each([
    '',
    'whsec_',
    secretOf(23),
    secretOf(65),
    secretOf(32).slice(6),
    `${secretOf(32)} `,
    'whsec_not base64 at all!!!!!!!!!!!!!',
  ])('refuse %j as a webhook secret, or it could be guessed', (secret) => {
    expect(webhookSecret.safeParse(secret).success).toBe(false);
  });

  it.each(['short', 'with a space', 'ümläute-in-it'])(
    'refuse the admin token %j, which no request could carry',
    (token) => {
      expect(() => read({ WEBHOOK_SECRET: secretOf(32), ADMIN_TOKEN: token })).toThrow(/ADMIN_TOKEN must have/);
    },
  );

  it.each([{ PORT: '65536' }, { PORT: '-1' }, { LOG_LEVEL: 'loud' }, { LOG_FORMAT: 'xml' }, { DEMO: 'yes' }])(
    'refuse %j',
    (bad) => {
      expect(() => read({ DEMO: '1', ...bad })).toThrow(Object.keys(bad)[0]);
    },
  );

  it('bound connections, and how long one is kept, which must be longer than a load balancer in front keeps its own', () => {
    expect(connectionLimitsOf(read({ DEMO: '1' }))).toEqual({ connectionsMax: 2048, keepAliveTimeoutMs: 5_000 });
    const given = { DEMO: '1', CONNECTIONS_MAX: '64', KEEP_ALIVE_SECONDS: '75' };
    expect(connectionLimitsOf(read(given))).toEqual({ connectionsMax: 64, keepAliveTimeoutMs: 75_000 });
    expect(() => read({ DEMO: '1', CONNECTIONS_MAX: '7', KEEP_ALIVE_SECONDS: '0' })).toThrow(
      /CONNECTIONS_MAX must be .*KEEP_ALIVE_SECONDS must be /,
    );
  });
});

describe('the format of the log', () => {
  it('is for people where a person reads it, and for machines everywhere else', () => {
    expect(readableLogFormat({ isTTY: true })).toBe('text');
    expect(readableLogFormat({})).toBe('json');
    expect(readableLogFormat({ isTTY: false })).toBe('json');
  });

  it('is what it is set to, wherever the output goes', () => {
    expect(read({ DEMO: '1', LOG_FORMAT: 'text' }).LOG_FORMAT).toBe('text');
    expect(read({ DEMO: '1' }).LOG_FORMAT).toBe(readableLogFormat());
  });
});
