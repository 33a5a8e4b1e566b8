import { demoAdminToken, demoWebhookSecret } from '../../shared/environment/index.js';
import { problemTypes } from '../../shared/http/index.js';
import { serviceOperations, serviceTag } from '../../shared/openapi/describe.js';
import type { ServiceDescription } from '../../shared/openapi/index.js';
import { checkoutProblemTypes } from './checkout-problem-types.js';
import { deliveryWebhook } from './delivery-webhook.js';
import { checkoutOperations } from './routes/checkout-operations.js';
import { decisionOperations } from './routes/decision-operations.js';
import { deliveryOperations } from './routes/delivery-operations.js';
import { purchaseOperations } from './routes/purchase-operations.js';
import { statusOperations } from './routes/status-operations.js';

/** The checkout's HTTP interface in words, for its documents. */
export const checkoutDescription: ServiceDescription = {
  name: 'checkout',
  title: 'Checkout',
  description:
    'Takes orders, writes each purchase to a write-ahead log before it says yes, and delivers it to every destination until all of them ' +
    'have confirmed.\n\n' +
    'Bodies are JSON in UTF-8. Amounts are whole numbers of minor units (pence, cents); all whole numbers are safe integers. Times are ' +
    'RFC 3339 in UTC. Where there is `GET` there is `HEAD`.',
  tags: [
    { name: 'Buying', description: 'For customers, and for those who serve them.' },
    { name: 'Watching', description: 'How far everything is.' },
    {
      name: 'Deciding',
      description: 'For admins: what was sold, what became of deliveries, and what a person can do about them.',
    },
    serviceTag,
  ],
  operations: [
    ...checkoutOperations,
    ...purchaseOperations,
    ...statusOperations,
    ...deliveryOperations,
    ...decisionOperations,
    ...serviceOperations,
  ],
  webhooks: [deliveryWebhook],
  problemTypes: [...Object.values(checkoutProblemTypes), ...Object.values(problemTypes)],
  samples: { origin: 'http://127.0.0.1:3000', adminToken: demoAdminToken, webhookSecret: demoWebhookSecret },
};
