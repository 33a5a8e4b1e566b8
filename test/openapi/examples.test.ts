import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { composeFinance } from '../../services/finance/compose.js';
import { sampleOrder, samplePurchase } from '../../services/checkout/routes/sample-order.js';
import type { Operation, ServiceDescription } from '../../shared/openapi/index.js';
import type { ReceiverService } from '../../shared/receiver-service/index.js';
import type { TestCheckout } from '../support/checkout-app.js';
import { deliverText } from '../support/deliver.js';
import { describedServices, type OpenService } from '../support/described-services.js';
import { sendDescribed } from '../support/described-request.js';
import { serviceConfig, silentLog } from '../support/service-config.js';
import { temporaryDirectories } from '../support/temporary-directory.js';

/** Each example of a body; or one undefined, where there is no body. */
function examplesOf(operation: Operation): [name: string, body: unknown][] {
  return operation.body ? Object.entries(operation.body.examples) : [['nothing', undefined]];
}

function successOf({ answers }: Operation): number {
  return answers[0]?.status ?? 0;
}

/** Makes what the examples speak of. */
async function prepare(service: OpenService, { operations }: ServiceDescription): Promise<void> {
  if ('journal' in service) {
    const purchase = { ...sampleOrder, ...samplePurchase };
    await (service as OpenService & TestCheckout).journal.append({ purchase, destinations: ['warehouse', 'finance'] });
    return;
  }
  const takes = operations.find(({ id }) => id === 'takeEvents');
  if (takes) await sendDescribed(service.app, { operation: takes }).expect(200);
}

describe.each(describedServices.map((each) => [each.title, each] as const))('%s', (_title, described) => {
  let service: OpenService;
  const setsFaults = described.description.operations.find(({ id }) => id === 'setFaults');

  beforeAll(async () => {
    service = await described.open();
    await prepare(service, described.description);
  });
  afterEach(async () => {
    if (setsFaults) await sendDescribed(service.app, { operation: setsFaults, body: {} }).expect(200);
  });
  afterAll(() => service.close());

  const examples = described.description.operations.flatMap((operation) =>
    examplesOf(operation).map(([name, body]) => [operation.id, name, operation, body] as const),
  );

  it.each(examples)('%s answers as described when it is sent %s, or the example would mislead', async (...args) => {
    const [, , operation, body] = args;
    await sendDescribed(service.app, { operation, body }).expect(successOf(operation));
  });

  it('says the same whether it is asked by GET or by HEAD', async () => {
    for (const operation of described.description.operations.filter(({ method }) => method === 'get')) {
      const asHead = { ...operation, method: 'head' as 'get' };
      await sendDescribed(service.app, { operation: asHead }).expect(successOf(operation));
    }
  });
});

describe('what the checkout sends', () => {
  const directory = temporaryDirectories();
  let finance: ReceiverService;
  beforeEach(() => {
    finance = composeFinance(serviceConfig(directory()), silentLog);
  });
  afterEach(() => {
    finance.close();
  });

  const webhooks = describedServices.flatMap(({ description }) => description.webhooks ?? []);
  const examples = webhooks.flatMap(({ id, headers, body }) =>
    Object.entries(body.examples).map(([name, value]) => [id, name, headers, value] as const),
  );

  it.each(examples)(
    '%s, %s, is taken by a receiver as it stands in the document',
    async (_id, _name, headers, value) => {
      const id = String(headers.find(({ name }) => name === 'webhook-id')?.example);
      await deliverText(finance.app, JSON.stringify(value), id).expect(200);
      expect(examples).toHaveLength(2);
    },
  );
});
