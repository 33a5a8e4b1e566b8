import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { demoAdminToken } from '../../shared/environment/index.js';
import { buildDocument } from '../../shared/openapi/build-document.js';
import { checkoutDescription } from '../../services/checkout/describe-checkout.js';
import { describeFinance } from '../../services/finance/describe-finance.js';
import { describeWarehouse } from '../../services/warehouse/describe-warehouse.js';
import { operationsOf, type OpenApi, type PlacedOperation } from '../support/document-parts.js';
import { StartedShop } from '../support/started-shop.js';

const run = promisify(execFile);

const samplesOf = (description: Parameters<typeof buildDocument>[0]) =>
  operationsOf(buildDocument(description) as unknown as OpenApi).map(
    (placed) => [`${placed.method} ${placed.path}`, placed] as const,
  );

/** The samples of the documents, pasted into a shell while `npm start` runs: the secrets are the demo's, only the ports are others. */
describe('a sample', () => {
  let shop: StartedShop;
  beforeAll(async () => {
    shop = await StartedShop.launch({ ADMIN_TOKEN: demoAdminToken });
    await shop.waitUntil(
      'all services are ready',
      () => Promise.all((['checkout', 'warehouse', 'finance'] as const).map((name) => shop.readiness(name))),
      (answers) => answers.every(({ status }) => status === 200),
    );
    // Whatever is decided about deliveries, there is one to decide about: finance refuses them all.
    await shop.injectFaults('finance', { status: 422 });
  });
  afterAll(() => shop.close());

  const untilParked = () =>
    shop.waitUntil(
      'the first purchase is parked at finance',
      () => shop.look<{ state: string }>('/deliveries/finance/1'),
      ({ state }) => state === 'parked',
    );

  const paste = async ({ operation }: PlacedOperation) => {
    const [sample] = operation['x-codeSamples'];
    const where = Object.entries(shop.ports).map(([name, port]) => [name.toUpperCase(), `http://127.0.0.1:${port}`]);
    const environment = { PATH: process.env.PATH, ...(Object.fromEntries(where) as Record<string, string>) };
    const { stdout } = await run('sh', ['-c', sample?.source ?? 'exit 1'], { env: environment });
    return stdout;
  };

  const successes = ({ operation }: PlacedOperation) => Object.keys(operation.responses).filter((key) => key < '300');

  it.each(samplesOf(checkoutDescription))('of the checkout works as it stands: %s', async (_name, placed) => {
    if (placed.path.startsWith('/deliveries/')) await untilParked();
    expect(await paste(placed)).toMatch(new RegExp(`^HTTP/1.1 (${successes(placed).join('|')}) `));
  });

  it.each([
    ...samplesOf(describeWarehouse({ demo: true })).map((sample) => ['warehouse', ...sample] as const),
    ...samplesOf(describeFinance({ demo: true })).map((sample) => ['finance', ...sample] as const),
  ])('of the %s works as it stands: %s', async (_service, _name, placed) => {
    await shop.injectFaults('finance', {});
    expect(await paste(placed)).toMatch(new RegExp(`^HTTP/1.1 (${successes(placed).join('|')}) `));
  });
});
