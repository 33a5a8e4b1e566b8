import { z } from 'zod';

import { demoAdminToken, readEnvironment, type Environment } from '../../shared/environment/index.js';
import type { ServiceName } from '../../shared/shop-client/index.js';

const url = (standard: string) =>
  z.url({ protocol: /^https?$/, error: 'must be an http or https URL' }).default(standard);

const variables = z.object({
  /** Where the services are. */
  CHECKOUT_URL: url('http://127.0.0.1:3000'),
  WAREHOUSE_URL: url('http://127.0.0.1:3001'),
  FINANCE_URL: url('http://127.0.0.1:3002'),
  /** Admin token of all three; by default the demonstration's. */
  ADMIN_TOKEN: z.string().default(demoAdminToken),
});

/** Where the services are, and who asks. */
export interface Config {
  readonly urls: Readonly<Record<ServiceName, string>>;
  readonly token: string;
}

/** What is taken where no option is given. @throws EnvironmentError that lists all faults */
export function readConfig(environment: Environment = process.env): Config {
  const { CHECKOUT_URL, WAREHOUSE_URL, FINANCE_URL, ADMIN_TOKEN } = readEnvironment(variables, environment);
  return {
    urls: { checkout: CHECKOUT_URL, warehouse: WAREHOUSE_URL, finance: FINANCE_URL },
    token: ADMIN_TOKEN,
  };
}
