import { resolve } from 'node:path';

import { describe, expect, it } from '@jest/globals';

import { readConfig } from '../../services/start/config.js';
import { serviceProcesses } from '../../services/start/service-processes.js';
import { readableLogFormat } from '../../shared/environment/index.js';

const environmentOf = (environment: Readonly<Record<string, string>>, service: string) =>
  serviceProcesses(readConfig(environment)).find(({ name }) => name === service)?.environment;

describe('npm start with nothing set', () => {
  it('wires the checkout to the two destinations, for loopback and for trying only', () => {
    expect(environmentOf({}, 'checkout')).toEqual({
      PORT: '3000',
      HOST: '127.0.0.1',
      DATA_DIR: resolve('data/checkout'),
      DEMO: '1',
      LOG_FORMAT: readableLogFormat(),
      DESTINATIONS: 'warehouse=http://127.0.0.1:3001/events;batch=100,finance=http://127.0.0.1:3002/events;batch=100',
    });
    expect(environmentOf({}, 'finance')).toMatchObject({ PORT: '3002', DATA_DIR: resolve('data/finance') });
    expect(environmentOf({}, 'warehouse')).toMatchObject({ PORT: '3001', DATA_DIR: resolve('data/warehouse') });
  });
});

describe('npm start with variables set', () => {
  it('sends purchases to the ports that were chosen', () => {
    const { DESTINATIONS } = environmentOf({ WAREHOUSE_PORT: '4001', FINANCE_PORT: '4002' }, 'checkout') ?? {};

    expect(DESTINATIONS).toBe(
      'warehouse=http://127.0.0.1:4001/events;batch=100,finance=http://127.0.0.1:4002/events;batch=100',
    );
  });

  it('overrules nothing that was chosen', () => {
    const given = { DEMO: '0', LOG_FORMAT: 'json', DESTINATIONS: 'audit=https://audit.example/events' };

    expect(environmentOf(given, 'checkout')).toMatchObject(given);
  });

  it('names every port that is none', () => {
    expect(() => readConfig({ CHECKOUT_PORT: 'http', FINANCE_PORT: '70000' })).toThrow(/CHECKOUT_PORT.*FINANCE_PORT/);
  });

  it('shows the admin token only if it is the one that everyone knows', () => {
    expect(readConfig({}).demoTokenInUse).toBe(true);
    expect(readConfig({ ADMIN_TOKEN: 'long and secret' }).demoTokenInUse).toBe(false);
    expect(readConfig({ DEMO: '0' }).demoTokenInUse).toBe(false);
  });
});

describe('the addresses that are shown', () => {
  it('can be connected to, whatever the services listen on', () => {
    const address = (host: string) => serviceProcesses(readConfig({ HOST: host }))[0]?.address;

    expect(address('0.0.0.0')).toBe('http://127.0.0.1:3001');
    expect(address('::1')).toBe('http://[::1]:3001');
    expect(address('192.0.2.7')).toBe('http://192.0.2.7:3001');
  });
});
