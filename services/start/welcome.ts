import { demoAdminToken } from '../../shared/environment/index.js';
import type { Config } from './config.js';
import type { ServiceProcess } from './service-processes.js';

/** What is printed once everything is up: where it is, and what to try. Fits 80 columns. */
export function welcome(config: Config, services: readonly ServiceProcess[]): string {
  const line = (title: string, text: string) => `  ${title.padEnd(10)} ${text}`;
  const checkout = services.find(({ name }) => name === 'checkout')?.address ?? '';
  return [
    '',
    ...services.toReversed().map(({ name, address }) => line(name, address)),
    line('data', config.dataDirectory),
    ...(config.demoTokenInUse ? [line('admin', `token ${demoAdminToken} (known to everyone: for trying only)`)] : []),
    '',
    '  Buy something, and see how far it has come:',
    '',
    `  curl ${checkout}/checkout -H 'Content-Type: application/json' -d '{`,
    '    "customerId": "alice", "currency": "GBP",',
    `    "items": [{ "sku": "BOOK-1", "quantity": 2, "unitPrice": 1250 }] }'`,
    `  curl ${checkout}/status`,
    '',
    `  All routes and failures are explained at ${checkout}/docs.`,
    '',
    '  Ctrl-C stops all three.',
    '',
    '',
  ].join('\n');
}
