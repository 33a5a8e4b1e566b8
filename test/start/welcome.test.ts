import { describe, expect, it } from '@jest/globals';

import { readConfig } from '../../services/start/config.js';
import { serviceProcesses } from '../../services/start/service-processes.js';
import { welcome } from '../../services/start/welcome.js';

const shown = (environment: Readonly<Record<string, string>>) => {
  const config = readConfig({ DATA_DIR: '/srv/data', ...environment });
  return welcome(config, serviceProcesses(config));
};

describe('what npm start prints once all is up', () => {
  it('says where everything is, and fits a terminal', () => {
    const text = shown({ CHECKOUT_PORT: '65535', WAREHOUSE_PORT: '65534', FINANCE_PORT: '65533' });

    for (const port of [65_535, 65_534, 65_533]) expect(text).toContain(`http://127.0.0.1:${port}`);
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });

  it('says where everything is explained, or one who opens the address meets a 404', () => {
    expect(shown({})).toContain('http://127.0.0.1:3000/docs');
  });

  it('gives a purchase to try that is valid JSON', () => {
    const body = /-d '([^']+)'/.exec(shown({}))?.[1] ?? '';

    expect(JSON.parse(body)).toMatchObject({ customerId: 'alice', currency: 'GBP' });
  });

  it('does not print a token of one’s own', () => {
    expect(shown({ ADMIN_TOKEN: 'long and secret' })).not.toMatch(/token/);
  });
});
