import { Counter, type Registry } from 'prom-client';

import type { ObserveApiKey } from './require-api-key.js';

/** Counts who buys, and with which of two secrets: while one is being replaced, that tells when the old one may go. */
export function apiKeyMetrics(registry: Registry): ObserveApiKey {
  const requests = new Counter({
    name: 'checkout_api_key_requests_total',
    help: 'POST /checkout with an API key, by the name of the key and by its secret: current, or previous while it is replaced.',
    labelNames: ['caller', 'secret'],
    registers: [registry],
  });
  return (caller, secret) => {
    requests.inc({ caller, secret });
  };
}
