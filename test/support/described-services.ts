import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Express } from 'express';

import { checkoutDescription } from '../../services/checkout/describe-checkout.js';
import { composeFinance } from '../../services/finance/compose.js';
import { describeFinance } from '../../services/finance/describe-finance.js';
import { composeWarehouse } from '../../services/warehouse/compose.js';
import { describeWarehouse } from '../../services/warehouse/describe-warehouse.js';
import { buildDocument } from '../../shared/openapi/build-document.js';
import type { ServiceDescription } from '../../shared/openapi/index.js';
import { openTestCheckout, type TestCheckoutOptions } from './checkout-app.js';
import type { OpenApi } from './document-parts.js';
import { documentedApp } from './documented-app.js';
import { serviceConfig, silentLog } from './service-config.js';

/** A service on a folder of its own, which goes with it, and whose answers are held against its document. */
export interface OpenService {
  readonly app: Express;
  /** @throws when an answer was not as it is described */
  close(): Promise<void>;
}

/** A service with what is said of it. */
export interface DescribedService {
  /** With what it was told. */
  readonly title: string;
  readonly description: ServiceDescription;
  readonly document: OpenApi;
  /** The options are those of a checkout. */
  readonly open: (options?: TestCheckoutOptions) => Promise<OpenService>;
}

const receivers = { warehouse: composeWarehouse, finance: composeFinance };

function receiver(name: keyof typeof receivers, demo: boolean): DescribedService {
  const description = { warehouse: describeWarehouse, finance: describeFinance }[name]({ demo });
  return {
    title: demo ? `${name} in a demonstration` : name,
    description,
    document: buildDocument(description) as unknown as OpenApi,
    open: async () => {
      const directory = await mkdtemp(join(tmpdir(), `${name}-`));
      const service = receivers[name]({ ...serviceConfig(directory), demo }, silentLog);
      const documented = documentedApp(service.app, description);
      return {
        app: documented.app,
        close: async () => {
          service.close();
          await rm(directory, { recursive: true });
          documented.verify();
        },
      };
    },
  };
}

const checkout: DescribedService = {
  title: 'checkout',
  description: checkoutDescription,
  document: buildDocument(checkoutDescription) as unknown as OpenApi,
  open: openTestCheckout,
};

/** All services, the receivers with and without what only a demonstration has. */
export const describedServices: readonly DescribedService[] = [
  checkout,
  ...(['warehouse', 'finance'] as const).flatMap((name) => [receiver(name, false), receiver(name, true)]),
];
