import type { JournalObserver } from '../../shared/journal/index.js';
import { bytesBounds, groupSizeBounds, Histogram, latencyBounds } from '../../shared/telemetry/index.js';
import type { ServiceMetrics } from '../../shared/telemetry/metrics.js';

/** Times and sizes of what is written to the log. Made before the log is opened: it hears of every batch. */
export class LogHistograms implements JournalObserver {
  readonly #append = new Histogram(latencyBounds);
  readonly #entries = new Histogram(groupSizeBounds);
  readonly #bytes = new Histogram(bytesBounds);
  readonly #write = new Histogram(latencyBounds);
  readonly #sync = new Histogram(latencyBounds);

  appended(ms: number): void {
    this.#append.observe(ms / 1000);
  }

  committed({ entries, bytes, writeMs, syncMs }: Parameters<JournalObserver['committed']>[0]): void {
    this.#entries.observe(entries);
    this.#bytes.observe(bytes);
    this.#write.observe(writeMs / 1000);
    this.#sync.observe(syncMs / 1000);
  }

  /** Shows them in a registry. */
  show(metrics: ServiceMetrics): void {
    const own = metrics.own();
    const histogram = (name: string, help: string, of: Histogram) => {
      own.histogram({ name: `checkout_log_${name}`, help }, () => of.counts);
    };
    const append = 'From the moment a purchase is handed to the log until it is on disk, and its customer can be told.';
    histogram('append_duration_seconds', append, this.#append);
    histogram('batch_entries', 'Entries that shared one write and one sync.', this.#entries);
    histogram('batch_bytes', 'Bytes of one write.', this.#bytes);
    histogram('write_duration_seconds', 'Writing one batch, before its sync.', this.#write);
    histogram('sync_duration_seconds', 'One fdatasync, until the log heard of its end.', this.#sync);
  }
}
