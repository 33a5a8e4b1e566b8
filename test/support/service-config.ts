import { pino } from 'pino';

import { secret } from './deliver.js';
import { adminToken } from './receiver-fixture.js';

/** A receiving service's configuration, on a folder of the test's. */
export function serviceConfig(dataDirectory: string) {
  return {
    port: 0,
    shutdownDelayMs: 0,
    host: '127.0.0.1',
    limits: {},
    dataDirectory,
    logLevel: 'silent',
    logFormat: 'json' as const,
    demo: false,
    webhookSecrets: [secret],
    adminToken,
    exposure: undefined,
    crashAt: undefined,
  };
}

export const silentLog = pino({ level: 'silent' });
