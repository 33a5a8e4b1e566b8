import { describe, expect, it } from '@jest/globals';

import { readConfig } from '../../services/checkout/config.js';
import { EnvironmentError } from '../../shared/environment/index.js';

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
      logLevel: 'info',
      logFormat: 'json',
      adminToken: 'a-long-admin-token',
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
    ['LOG_LEVEL', 'loud'],
    ['LOG_FORMAT', 'xml'],
    ['DEMO', 'yes'],
    ['WEBHOOK_SECRET', 'secret'],
    ['ADMIN_TOKEN', 'short'],
    ['DESTINATIONS', 'nowhere'],
    ['CRASH_AT', 'after-sink:3'],
  ])('refuses %s=%s by name', (name, value) => {
    expect(faultOf({ ...complete, [name]: value })).toMatch(new RegExp(`\\b${name}\\b`));
  });

  it('does not repeat a secret that is wrong', () => {
    expect(faultOf({ ...complete, WEBHOOK_SECRET: 'hunter2-hunter2' })).not.toContain('hunter2');
  });
});
