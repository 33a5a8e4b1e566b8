import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { ServiceName } from '../../shared/shop-client/service-names.js';
import { metricsPages, openBusyShop } from '../support/busy-shop.js';
import type { Shop } from '../../shared/shop-processes/shop.js';

/** What `promtool` says; it is on the PATH where this story is told (`.ci/run`). */
function promtool(args: readonly string[], input = ''): { status: number | null; output: string } {
  const cwd = fileURLToPath(new URL('../../../shared/telemetry/', import.meta.url));
  const { status, stdout, stderr, error } = spawnSync('promtool', args, { cwd, input, encoding: 'utf8' });
  if (error) throw error;
  return { status, output: stdout + stderr };
}

describe("Prometheus' own tool", () => {
  let shop: Shop;
  let pages: Readonly<Record<ServiceName, string>>;

  beforeAll(async () => {
    shop = await openBusyShop();
    pages = await metricsPages(shop);
  });
  afterAll(() => shop.close());

  it.each(['checkout', 'warehouse', 'finance'] as const)(
    'has nothing to say about the metrics of the %s: whoever collects them would find names that mean something else',
    (service) => {
      expect(pages[service].length).toBeGreaterThan(5_000);
      expect(promtool(['check', 'metrics'], pages[service])).toEqual({ status: 0, output: '' });
    },
  );

  it('does object to a name that is none, or its silence would tell nothing', () => {
    const page = '# HELP http_requests_total Requests.\n# TYPE http_requests_total gauge\nhttp_requests_total 1\n';
    expect(promtool(['check', 'metrics'], page)).toMatchObject({
      status: 3,
      output: expect.stringContaining('_total'),
    });
  });

  it('takes the examples of alerts, and each of them rings for what it is for', () => {
    expect(promtool(['check', 'rules', 'alerts.yml'])).toMatchObject({ status: 0 });
    expect(promtool(['test', 'rules', 'alerts-test.yml'])).toMatchObject({ status: 0 });
  });
});
