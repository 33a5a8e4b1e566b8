import { readFile } from 'node:fs/promises';

import { describe, expect, it } from '@jest/globals';

import { readConfig as readFinance } from '../../services/finance/config.js';
import { readConfig as readWarehouse } from '../../services/warehouse/config.js';
import { demoAdminToken, demoWebhookSecret, describeExposure, isKnownSecret } from '../../shared/environment/index.js';

const secret = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;
const own = { DATA_DIR: '/data', WEBHOOK_SECRET: secret, ADMIN_TOKEN: 'a-long-admin-token' };

describe.each([
  ['warehouse', readWarehouse],
  ['finance', readFinance],
])('the %s', (_name, readConfig) => {
  it.each([
    ['WEBHOOK_SECRET', demoWebhookSecret],
    ['WEBHOOK_SECRET_PREVIOUS', demoWebhookSecret],
    ['ADMIN_TOKEN', demoAdminToken],
  ])('does not start with the %s of the demonstration, or anyone could forge purchases', (name, value) => {
    const environment = { ...own, [name]: value };
    const known = new RegExp(`${name} is the secret of the demonstration`);
    expect(() => readConfig(environment)).toThrow(known);
    expect(() => readConfig({ ...environment, DEMO: '0', PORT: 'x' })).toThrow(
      new RegExp(`PORT must be.*${known.source}`),
    );
    expect(() => readConfig({ ...environment, DEMO: '1' })).not.toThrow();
  });

  it('warns of a demonstration that others can reach', () => {
    expect(readConfig({ DATA_DIR: '/data', DEMO: '1' }).exposure).toBeUndefined();
    expect(readConfig({ DATA_DIR: '/data', DEMO: '1', HOST: '0.0.0.0' }).exposure).toMatch(
      /ANYONE who reaches .* at 0\.0\.0\.0/,
    );
    expect(readConfig({ ...own, DEMO: '1', HOST: '0.0.0.0' }).exposure).toBeUndefined();
  });
});

describe('a secret of the demonstration', () => {
  it('is known in every spelling of its bytes', () => {
    for (const each of [demoWebhookSecret, demoAdminToken]) expect(isKnownSecret(each)).toBe(true);
    expect(isKnownSecret(`${demoWebhookSecret.slice(0, -1)}=`)).toBe(false);
    const bytes = Buffer.from(demoWebhookSecret.slice('whsec_'.length), 'base64');
    expect(isKnownSecret(`whsec_${bytes.toString('base64url')}`)).toBe(true);
    for (const each of [secret, 'a-long-admin-token', '', 'whsec_']) expect(isKnownSecret(each)).toBe(false);
  });
});

describe('a warning that others can reach a service whose secrets they know', () => {
  const known = { WEBHOOK_SECRET: demoWebhookSecret, ADMIN_TOKEN: demoAdminToken };

  it.each([
    ['127.0.0.1', undefined],
    ['127.1.2.3', undefined],
    ['::1', undefined],
    ['localhost', undefined],
    ['0.0.0.0', '127.0.0.1'],
  ])('is not cried where only this machine can, at %s published on %s', (HOST, PUBLISHED_HOST) => {
    expect(describeExposure({ ...known, HOST, PUBLISHED_HOST })).toBeUndefined();
  });

  it.each([
    ['0.0.0.0', undefined],
    ['::', undefined],
    ['192.0.2.1', undefined],
    ['127.0.0.1.example.org', undefined],
    ['0.0.0.0', '0.0.0.0'],
  ])('is given at %s published on %s, and names what is known', (HOST, PUBLISHED_HOST) => {
    expect(describeExposure({ ...known, HOST, PUBLISHED_HOST })).toMatch(/WEBHOOK_SECRET and ADMIN_TOKEN/);
    const partly = describeExposure({ ...known, WEBHOOK_SECRET: secret, HOST, PUBLISHED_HOST });
    expect(partly).toMatch(/: ADMIN_TOKEN of the demonstration/);
  });

  it('is true of the containers, whoever changes where their ports are open: one variable says both', async () => {
    const compose = await readFile(new URL('../../../docker-compose.yml', import.meta.url), 'utf8');
    const published = '${PUBLISHED_HOST:-127.0.0.1}';
    expect(compose).toContain(`PUBLISHED_HOST: ${published}\n`);
    const ports = compose.split('\n').filter((line) => line.includes('ports:'));
    expect(ports).toHaveLength(3);
    for (const line of ports) expect(line).toContain(`ports: ['${published}:`);
  });
});
