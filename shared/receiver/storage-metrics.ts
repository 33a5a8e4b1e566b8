import type Database from 'better-sqlite3';

import { databaseFigures, type CommittedGroup } from '../sqlite/index.js';
import { Histogram, latencyBounds, ThreadWatch } from '../telemetry/index.js';
import { databaseMetrics, threadMetrics, transactionMetrics, type ServiceMetrics } from '../telemetry/metrics.js';

/** Shows a receiver's database and the thread that works on it; what is returned hears of each transaction. */
export function storageMetrics(
  metrics: ServiceMetrics,
  database: Database.Database,
): { observeTransaction: (group: CommittedGroup) => void } {
  const up = { name: 'receiver_database_up', help: '1 if the database was read for this page, else 0.' };
  const size = metrics.source(up, () => Promise.resolve().then(() => databaseFigures(database)));
  databaseMetrics(size, (figures) => figures);
  const transactions = new Histogram(latencyBounds);
  transactionMetrics(metrics.own(), () => transactions.counts);
  const thread = new ThreadWatch();
  threadMetrics(metrics.own(), () => [['api', thread.figures()]]);
  return {
    observeTransaction: ({ ms }) => {
      transactions.observe(ms / 1000);
    },
  };
}
