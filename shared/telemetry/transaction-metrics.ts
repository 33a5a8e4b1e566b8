import type { FigureSource } from './figure-source.js';
import type { HistogramCounts } from './histogram.js';

/** Shows what the transactions of a service take; their number is the histogram's own count. */
export function transactionMetrics<Figures>(
  source: FigureSource<Figures>,
  seconds: (figures: Figures) => HistogramCounts,
): void {
  const help = 'One transaction of many pieces of work, from its beginning to the end of its sync.';
  source.histogram({ name: 'sqlite_transaction_duration_seconds', help }, seconds);
}
