import type { RequestHandler } from 'express';
import type { Registry } from 'prom-client';

import { ServiceMetrics } from './service-metrics.js';

export { databaseMetrics } from './database-metrics.js';
export type { FigureSource, Labelled, MetricShape } from './figure-source.js';
export { observeRequests } from './observe-requests.js';
export { ServiceMetrics } from './service-metrics.js';
export { threadMetrics } from './thread-metrics.js';
export { transactionMetrics } from './transaction-metrics.js';

/** The metrics of one service, with the process's own figures in them. */
export function createMetrics(): ServiceMetrics {
  return new ServiceMetrics();
}

/** `GET /metrics`, in the Prometheus text format. */
export function metricsRoute(registry: Registry): RequestHandler {
  return async (_request, response) => {
    response.set('Content-Type', registry.contentType).send(await registry.metrics());
  };
}
