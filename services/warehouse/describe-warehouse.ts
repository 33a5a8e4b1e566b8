import { demoAdminToken, demoWebhookSecret } from '../../shared/environment/index.js';
import { problemTypes } from '../../shared/http/index.js';
import { serviceOperations, serviceTag } from '../../shared/openapi/describe.js';
import type { ServiceDescription } from '../../shared/openapi/index.js';
import { describeReceiver } from '../../shared/receiver/describe.js';

import { stockTag, warehouseOperations } from './warehouse-operations.js';

/** The warehouse's HTTP interface in words, for its documents. */
export function describeWarehouse(options: { readonly demo: boolean }): ServiceDescription {
  const receiver = describeReceiver(options);
  return {
    name: 'warehouse',
    title: 'Warehouse',
    description:
      'Takes each purchase once, and reserves its units; what is short is back-ordered.\n\n' +
      'Bodies are JSON in UTF-8; all whole numbers are safe integers. Where there is `GET` there is `HEAD`.',
    tags: [...receiver.tags, stockTag, serviceTag],
    operations: [...receiver.operations, ...warehouseOperations, ...serviceOperations],
    problemTypes: [...receiver.problemTypes, ...Object.values(problemTypes)],
    samples: { origin: 'http://127.0.0.1:3001', adminToken: demoAdminToken, webhookSecret: demoWebhookSecret },
  };
}
