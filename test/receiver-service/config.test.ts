import { describe, expect, it } from '@jest/globals';

import { readConfig as readFinance } from '../../services/finance/config.js';
import { readConfig } from '../../services/warehouse/config.js';
import { secret } from '../support/deliver.js';

const previousSecret = `whsec_${Buffer.alloc(24, 3).toString('base64')}`;
const given = { DATA_DIR: 'data', WEBHOOK_SECRET: secret, ADMIN_TOKEN: 'long-enough' };

describe('the configuration of a receiving service', () => {
  it('has the published ports and listens on loopback unless told otherwise', () => {
    expect(readConfig(given)).toMatchObject({ port: 3001, host: '127.0.0.1', demo: false, dataDirectory: 'data' });
    expect(readFinance(given)).toMatchObject({ port: 3002, host: '127.0.0.1', webhookSecrets: [secret] });
  });

  it('takes the secret before the present one too, or replacing it would stop deliveries', () => {
    const rotating = { ...given, WEBHOOK_SECRET_PREVIOUS: previousSecret };
    expect(readConfig(rotating).webhookSecrets).toEqual([secret, previousSecret]);
    expect(readFinance(rotating).webhookSecrets).toEqual([secret, previousSecret]);
  });

  it.each([readConfig, readFinance])(
    'refuses a rotation from a secret to itself, or nothing would be rotated',
    (read) => {
      expect(() => read({ ...given, WEBHOOK_SECRET_PREVIOUS: secret })).toThrow(
        /^cannot start: WEBHOOK_SECRET_PREVIOUS is the same as WEBHOOK_SECRET: (?!.*whsec_)/,
      );
    },
  );

  it.each([readConfig, readFinance])('says how many connections it serves', (read) => {
    expect(read({ ...given, CONNECTIONS_MAX: '100' }).limits).toMatchObject({ connectionsMax: 100 });
  });

  it('cannot be changed once it is read', () => {
    expect(Object.isFrozen(readConfig(given))).toBe(true);
    expect(Object.isFrozen(readConfig(given).webhookSecrets)).toBe(true);
  });

  it('needs secrets outside a demonstration, or known ones would open a real shop', () => {
    expect(() => readConfig({ DATA_DIR: 'data' })).toThrow(/WEBHOOK_SECRET .*ADMIN_TOKEN /);
    expect(readConfig({ DATA_DIR: 'data', DEMO: '1' })).toMatchObject({ demo: true });
  });

  it('names every variable that is wrong at once', () => {
    expect(() => readConfig({ PORT: '70000', LOG_LEVEL: 'loud' })).toThrow(/PORT .*DATA_DIR .*LOG_LEVEL /);
  });
});
