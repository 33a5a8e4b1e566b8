import { readFileSync } from 'node:fs';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { ServiceName } from '../../shared/shop-client/service-names.js';
import { readMetricsPage, type ShownMetric } from '../support/metrics-page.js';
import { readMetricsTable, unitOf, type MetricRow } from '../support/metrics-table.js';
import { metricsPages, openBusyShop } from '../support/busy-shop.js';
import type { Shop } from '../../shared/shop-processes/shop.js';

/** Of prom-client itself, and not on every system the same. */
const isNodes = ({ name }: { name: string }) => /^(nodejs|process)_/.test(name);
const names = (metrics: readonly { name: string }[]) => metrics.map(({ name }) => name).sort();

describe('the table of metrics', () => {
  const every = readMetricsTable('Of every service');
  const checkout = readMetricsTable('Of the checkout');
  const receivers = readMetricsTable('Of warehouse and finance');
  const nodes = readMetricsTable("Node's own");
  const tableOf = {
    checkout: [...every, ...checkout],
    warehouse: [...every, ...receivers],
    finance: [...every, ...receivers],
  };
  const services = Object.keys(tableOf) as ServiceName[];
  let shop: Shop;
  let shown: Readonly<Record<ServiceName, ShownMetric[]>>;

  beforeAll(async () => {
    shop = await openBusyShop();
    const pages = await metricsPages(shop);
    const read = (service: ServiceName) => readMetricsPage(pages[service]);
    shown = { checkout: read('checkout'), warehouse: read('warehouse'), finance: read('finance') };
  });
  afterAll(() => shop.close());

  it.each(services)(
    'has every metric of the %s and no other: an alert on a name that is gone never rings',
    (service) => {
      expect(names(shown[service].filter((metric) => !isNodes(metric)))).toEqual(names(tableOf[service]));
    },
  );

  it.each(services)('says of each metric of the %s what it is', (service) => {
    const rowOf = (metric: ShownMetric) => [...tableOf[service], ...nodes].find(({ name }) => name === metric.name);
    const asShown = (metric: ShownMetric, row: MetricRow | undefined): MetricRow => ({
      name: metric.name,
      type: metric.type,
      labels: metric.labels ?? row?.labels ?? [],
      unit: unitOf(metric.name),
      meaning: metric.help,
    });
    for (const metric of shown[service]) expect(rowOf(metric)).toEqual(asShown(metric, rowOf(metric)));
  });

  it.each(services)(
    'is of metrics of the %s that are really measured: a gauge that never has a value tells nothing',
    (service) => {
      const silent = names(shown[service].filter((metric) => metric.labels === undefined && !isNodes(metric)));
      // Nothing was refused or cut off here; there are no keys and no rate.
      const expected = ['http_requests_aborted_total', 'http_requests_refused_total'];
      const unset = ['checkout_api_key_requests_total', 'checkout_destination_rate_limit'];
      expect(silent).toEqual(service === 'checkout' ? [...unset, ...expected] : expected);
    },
  );

  it('has every name that the examples of alerts ask for: an alert on a name that is none never rings', () => {
    const alerts = readFileSync(new URL('../../../shared/telemetry/alerts.yml', import.meta.url), 'utf8');
    const expressions = [...alerts.matchAll(/^ *expr: (.*)$/gm)].map(([, expression]) => expression ?? '');
    const asked = new Set(
      expressions.flatMap((expression) => expression.match(/(checkout|receiver|http)_[a-z_]+/g) ?? []),
    );
    const there = new Set(names(Object.values(shown).flat()));
    expect(asked.size).toBeGreaterThan(6);
    expect([...asked].filter((name) => !there.has(name.replace(/_(bucket|sum|count)$/, '')))).toEqual([]);
  });
});
