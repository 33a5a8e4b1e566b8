import type { Metric, Registry } from 'prom-client';

import type { HistogramCounts } from './histogram.js';

export type Labels = Readonly<Record<string, string>>;

/** One line for Prometheus; `metricName` where it is not the metric's own (`_bucket`, `_sum`, `_count`). */
export interface Sample {
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
  readonly metricName?: string;
}

/**
 * A metric that has no memory: its samples are made when it is asked. prom-client's own count where they are, under a lookup by
 * labels for each step, and cannot show a histogram that another thread has filled.
 */
export class SampledMetric {
  readonly name: string;
  readonly help: string;
  readonly type: 'gauge' | 'counter' | 'histogram';
  readonly labelNames: readonly string[];
  readonly #samples: () => Sample[];

  constructor(
    type: SampledMetric['type'],
    shape: { readonly name: string; readonly help: string; readonly labels?: readonly string[] },
    samples: () => Sample[],
  ) {
    this.type = type;
    this.name = shape.name;
    this.help = shape.help;
    this.labelNames = shape.labels ?? [];
    this.#samples = samples;
  }

  /** What a registry of prom-client asks of a metric, in version 15: its types know the library's own classes only. */
  register(registry: Registry): void {
    registry.registerMetric(this as unknown as Metric);
  }

  get(): Promise<object> {
    const { name, help, type } = this;
    return Promise.resolve({ name, help, type, values: this.#samples(), aggregator: 'omit' });
  }
}

/** The lines of one histogram: Prometheus wants each bucket to count those below it as well. */
export function histogramSamples(name: string, labels: Labels, { bounds, counts, sum }: HistogramCounts): Sample[] {
  let count = 0;
  const buckets = counts.map((inBucket, index) => {
    count += inBucket;
    return { labels: { ...labels, le: bounds[index] ?? '+Inf' }, value: count, metricName: `${name}_bucket` };
  });
  return [
    ...buckets,
    { labels, value: sum, metricName: `${name}_sum` },
    { labels, value: count, metricName: `${name}_count` },
  ];
}
