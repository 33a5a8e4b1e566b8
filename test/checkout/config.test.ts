import { inspect } from 'node:util';

import { describe, expect, it } from '@jest/globals';

import { readConfig } from '../../services/checkout/config.js';
import { demoAdminToken, demoWebhookSecret, EnvironmentError } from '../../shared/environment/index.js';
import { digestToken } from '../../shared/http/index.js';

const secret = `whsec_${Buffer.alloc(24, 1).toString('base64')}`;
const complete = {
  DATA_DIR: '/data',
  DESTINATIONS: 'warehouse=http://w/events',
  WEBHOOK_SECRET: secret,
  ADMIN_TOKEN: 'a-long-admin-token',
};

function faultOf(environment: Record<string, string | undefined>): string {
  try {
    readConfig(environment);
  } catch (error) {
    if (error instanceof EnvironmentError) return error.message;
    throw error;
  }
  return '';
}

const previousSecret = `whsec_${Buffer.alloc(24, 2).toString('base64')}`;

describe('the environment of the checkout', () => {
  it('signs with the secret before the present one too, or receivers that have only that would refuse everything', () => {
    const { destinations } = readConfig({ ...complete, WEBHOOK_SECRET_PREVIOUS: previousSecret });
    expect(destinations[0]?.secrets).toEqual([secret, previousSecret]);
    expect(readConfig({ ...complete, WEBHOOK_SECRET_PREVIOUS: '' }).destinations[0]?.secrets).toEqual([secret]);
  });

  it('refuses a rotation from a secret to itself, or nothing would be rotated', () => {
    expect(faultOf({ ...complete, WEBHOOK_SECRET_PREVIOUS: secret })).toMatch(
      /^cannot start: WEBHOOK_SECRET_PREVIOUS is the same as WEBHOOK_SECRET: (?!.*whsec_)/,
    );
    expect(faultOf({ ...complete, WEBHOOK_SECRET_PREVIOUS: 'whsec_x' })).toMatch(
      /WEBHOOK_SECRET_PREVIOUS must be whsec_/,
    );
  });

  it('has a default for all but the data, the destinations and the secrets', () => {
    expect(readConfig(complete)).toMatchObject({
      host: '127.0.0.1',
      port: 3000,
      dataDirectory: '/data',
      limits: { connectionsMax: 2048, keepAliveTimeoutMs: 5_000 },
      segmentBytes: 64 * 1024 * 1024,
      segmentAgeMs: 600_000,
      diskReserveBytes: undefined,
      idempotencyHours: 168,
      requireIdempotencyKey: false,
      backlogBytesMax: undefined,
      pendingMax: 1024,
      shutdownDelayMs: 0,
      logLevel: 'info',
      logFormat: 'json',
      adminToken: 'a-long-admin-token',
      exposure: undefined,
      apiKeys: [],
      rateLimit: undefined,
      trustedProxies: 0,
      demo: false,
      crashAt: undefined,
    });
  });

  it('says where to crash only as it was told, and whether this is a demonstration', () => {
    const crashAt = { point: 'after-sync', passage: 3 };
    expect(readConfig({ ...complete, CRASH_AT: 'after-sync:3' })).toMatchObject({ demo: false, crashAt });
    expect(readConfig({ ...complete, CRASH_AT: 'after-sync:3', DEMO: '1' })).toMatchObject({ demo: true, crashAt });
  });

  it('takes a reserve of the disk in bytes, 0 for none: by default it depends on the disk', () => {
    expect(readConfig({ ...complete, DISK_RESERVE_BYTES: '0' }).diskReserveBytes).toBe(0);
    expect(readConfig({ ...complete, DISK_RESERVE_BYTES: '1048576' }).diskReserveBytes).toBe(1_048_576);
    expect(readConfig({ ...complete, DISK_RESERVE_BYTES: '' }).diskReserveBytes).toBeUndefined();
  });

  it('keeps keys as long as it is told, from an hour to a year, and requires them only where it is told to', () => {
    const told = { ...complete, IDEMPOTENCY_HOURS: '24', REQUIRE_IDEMPOTENCY_KEY: '1' };
    expect(readConfig(told)).toMatchObject({ idempotencyHours: 24, requireIdempotencyKey: true });
    expect(readConfig({ ...complete, IDEMPOTENCY_HOURS: '1' }).idempotencyHours).toBe(1);
    expect(readConfig({ ...complete, IDEMPOTENCY_HOURS: '8760' }).idempotencyHours).toBe(8760);
    expect(readConfig({ ...complete, REQUIRE_IDEMPOTENCY_KEY: '0' }).requireIdempotencyKey).toBe(false);
  });

  it('keeps of API keys what they are compared by, and nothing that could be used', () => {
    const config = readConfig({
      ...complete,
      API_KEYS: 'web=a-secret-for-the-web',
      RATE_LIMIT: '100/10',
      TRUST_PROXY: '1',
    });
    expect(config).toMatchObject({
      apiKeys: [{ name: 'web', digests: [digestToken('a-secret-for-the-web')] }],
      rateLimit: { requests: 100, seconds: 10 },
      trustedProxies: 1,
    });
    expect(inspect(config, { depth: Infinity })).not.toContain('a-secret-for-the-web');
  });

  it.each(['web=a-long-admin-token', 'web=sixteen-is-enough;a-long-admin-token'])(
    'refuses the admin token as an API key in %p: a shop would be an admin',
    (keys) => {
      const fault = faultOf({ ...complete, API_KEYS: keys, PORT: 'x' });
      expect(fault).toMatch(/API_KEYS key 1: its secret is ADMIN_TOKEN/);
      expect(fault).toMatch(/PORT must be/);
      expect(fault).not.toContain('a-long-admin-token');
    },
  );

  it.each([
    ['WEBHOOK_SECRET', demoWebhookSecret],
    ['WEBHOOK_SECRET_PREVIOUS', demoWebhookSecret],
    ['ADMIN_TOKEN', demoAdminToken],
    ['API_KEYS', `web=${demoAdminToken}`],
    ['API_KEYS', `web=sixteen-is-enough;${demoWebhookSecret}`],
    ['DESTINATIONS', `w=http://w/;secret=${demoWebhookSecret}`],
  ])('refuses in %s what everyone knows, beside all other faults, unless it is a demonstration', (name, value) => {
    const environment = { ...complete, [name]: value };
    expect(faultOf({ ...environment, PORT: 'x' })).toMatch(
      new RegExp(`PORT must be.*\\b${name}\\b[^;]*is the secret of the demonstration, which everyone knows`),
    );
    expect(faultOf(environment)).not.toContain(value.split('=').at(-1)!);
    if (name !== 'API_KEYS') expect(faultOf({ ...environment, DEMO: '1' })).toBe('');
  });

  it('takes bounds of what may wait, and the delay of a stop, in whole numbers', () => {
    const bounds = { BACKLOG_BYTES_MAX: '1048576', PENDING_MAX: '256', SHUTDOWN_DELAY_MS: '8000' };
    expect(readConfig({ ...complete, ...bounds })).toMatchObject({
      ...{ backlogBytesMax: 1_048_576, pendingMax: 256, shutdownDelayMs: 8000 },
    });
  });

  it('cannot be changed afterwards', () => {
    expect(Object.isFrozen(readConfig(complete))).toBe(true);
  });

  it('names every missing variable in one line, so that one look mends the set-up', () => {
    const fault = faultOf({});
    expect(fault.split('\n')).toHaveLength(1);
    expect(fault).toContain('DATA_DIR is not set');
    expect(fault).toContain('DESTINATIONS is not set');
    expect(fault).toContain('WEBHOOK_SECRET is not set');
    expect(fault).toContain('ADMIN_TOKEN is not set');
    expect(faultOf({ PORT: 'x', DESTINATIONS: 'w=nowhere' })).toMatch(/PORT must be.*DESTINATIONS gives w the address/);
  });

  it.each(['WEBHOOK_SECRET', 'ADMIN_TOKEN'])(
    'needs %s unless it is a demo, so that nobody can forge or pry',
    (name) => {
      expect(faultOf({ ...complete, [name]: undefined })).toContain(`${name} is not set`);
      expect(faultOf({ ...complete, [name]: '' })).toContain(`${name} is not set`);
      expect(faultOf({ ...complete, [name]: undefined, DEMO: '1' })).toBe('');
    },
  );

  it.each([
    ['PORT', '65536'],
    ['PORT', 'http'],
    ['PORT', '-1'],
    ['SEGMENT_BYTES', '10'],
    ['SEGMENT_BYTES', '64MiB'],
    ['SEGMENT_SECONDS', '0'],
    ['DISK_RESERVE_BYTES', '10%'],
    ['DISK_RESERVE_BYTES', '-1'],
    ['IDEMPOTENCY_HOURS', '0'],
    ['IDEMPOTENCY_HOURS', '8761'],
    ['IDEMPOTENCY_HOURS', '7d'],
    ['REQUIRE_IDEMPOTENCY_KEY', 'yes'],
    ['BACKLOG_BYTES_MAX', '1000'],
    ['BACKLOG_BYTES_MAX', '64MiB'],
    ['PENDING_MAX', '0'],
    ['PENDING_MAX', '100001'],
    ['SHUTDOWN_DELAY_MS', '60001'],
    ['SHUTDOWN_DELAY_MS', '5s'],
    ['LOG_LEVEL', 'loud'],
    ['LOG_FORMAT', 'xml'],
    ['DEMO', 'yes'],
    ['WEBHOOK_SECRET', 'secret'],
    ['ADMIN_TOKEN', 'short'],
    ['DESTINATIONS', 'nowhere'],
    ['API_KEYS', 'web=short'],
    ['RATE_LIMIT', '100'],
    ['TRUST_PROXY', 'true'],
    ['TRUST_PROXY', '11'],
    ['CRASH_AT', 'after-sink:3'],
  ])('refuses %s=%s by name', (name, value) => {
    expect(faultOf({ ...complete, [name]: value })).toMatch(new RegExp(`\\b${name}\\b`));
  });

  it('does not repeat a secret that is wrong', () => {
    expect(faultOf({ ...complete, WEBHOOK_SECRET: 'hunter2-hunter2' })).not.toContain('hunter2');
  });
});
