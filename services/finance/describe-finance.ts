import { demoAdminToken, demoWebhookSecret } from '../../shared/environment/index.js';
import { problemTypes } from '../../shared/http/index.js';
import { serviceOperations, serviceTag } from '../../shared/openapi/describe.js';
import type { ServiceDescription } from '../../shared/openapi/index.js';
import { describeReceiver } from '../../shared/receiver/describe.js';

import { ledgerTag, financeOperations } from './finance-operations.js';

/** The HTTP interface of finance in words, for its documents. */
export function describeFinance(options: { readonly demo: boolean }): ServiceDescription {
  const receiver = describeReceiver(options);
  return {
    name: 'finance',
    title: 'Finance',
    description:
      'Takes each purchase once, and posts it to a double-entry ledger.\n\n' +
      'Bodies are JSON in UTF-8; amounts are whole numbers of minor units (pence, cents); all whole numbers are safe integers. Where there is `GET` there is `HEAD`.',
    tags: [...receiver.tags, ledgerTag, serviceTag],
    operations: [...receiver.operations, ...financeOperations, ...serviceOperations],
    problemTypes: [...receiver.problemTypes, ...Object.values(problemTypes)],
    samples: { origin: 'http://127.0.0.1:3002', adminToken: demoAdminToken, webhookSecret: demoWebhookSecret },
  };
}
