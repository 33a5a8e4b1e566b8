import { Counter } from 'prom-client';

import type { DiskStatus, Journal, JournalFigures, JournalProgress } from '../../shared/journal/index.js';
import { databaseMetrics, type FigureSource, type ServiceMetrics } from '../../shared/telemetry/metrics.js';
import { destinationMetrics } from './destination-metrics.js';

/** What the journal has on record, and what it tells without looking there: one reading of both. */
interface JournalReading {
  readonly progress: JournalProgress;
  readonly figures: JournalFigures | undefined;
}

export interface CheckoutMetricsOptions {
  /** Names of the destinations that are served; all that are owed anything, if absent. */
  readonly served?: readonly string[];
  /** Milliseconds since the epoch; `Date.now` if absent. */
  readonly now?: () => number;
}

/** The checkout's own figures; those of the journal are read when they are asked for, once for all of them. */
export function checkoutMetrics(
  metrics: ServiceMetrics,
  journal: Journal,
  { served, now = Date.now }: CheckoutMetricsOptions = {},
): { countResult: (result: string) => void } {
  const purchases = new Counter({
    name: 'checkout_purchases_total',
    help: 'POST /checkout that reached the journal, by result: accepted, replayed, key-reused, refused, unknown.',
    labelNames: ['result'],
    registers: [metrics],
  });
  const up = { name: 'checkout_journal_up', help: '1 if the journal was read for this page, else 0.' };
  const reading = metrics.source<JournalReading>(up, async () => ({
    progress: await journal.progress(),
    figures: journal.figures(),
  }));
  logMetrics(reading);
  destinationMetrics(reading, { served: () => served ?? journal.owedTo, now });
  databaseMetrics(reading, ({ figures }) => figures?.database);
  diskMetrics(metrics.own(), () => journal.disk());
  return {
    countResult(result) {
      purchases.inc({ result });
    },
  };
}

function logMetrics(source: FigureSource<JournalReading>): void {
  const gauge = (name: string, help: string, figure: (reading: JournalReading) => number | undefined) => {
    source.gauge({ name: `checkout_log_${name}`, help }, figure);
  };
  gauge('durable_sequence', 'Last entry that is on disk.', ({ progress }) => progress.log.durableSequence);
  const mark = 'Every entry up to here has been finished at every destination.';
  gauge('low_water_mark', mark, ({ progress }) => progress.log.lowWaterMark);
  gauge('segments', 'Segments on disk.', ({ progress }) => progress.log.segments);
  gauge('bytes', 'Size on disk, in bytes.', ({ progress }) => progress.log.bytes);
  const backlog = 'Part of it that destinations have still to confirm, in bytes.';
  gauge('backlog_bytes', backlog, ({ progress }) => progress.log.backlogBytes);
  gauge('pending_entries', 'Entries that wait to be on disk.', ({ figures }) => figures?.pendingEntries);
  gauge('pending_bytes', 'What those take.', ({ figures }) => figures?.pendingBytes);
  const projected = 'Last entry that has been taken over into the database, so that it can be delivered.';
  gauge('projected_sequence', projected, ({ figures }) => figures?.projectedSequence);
  const unprojected =
    'Entries on disk that have not been taken over into the database yet: how far the projector lags.';
  gauge(
    'unprojected_entries',
    unprojected,
    ({ progress, figures }) => figures && Math.max(0, progress.log.durableSequence - figures.projectedSequence),
  );
  const counter = (name: string, help: string, figure: (figures: JournalFigures) => number) => {
    const shape = { name: `checkout_log_${name}_total`, help };
    source.counter(shape, ({ figures }) => figures && figure(figures));
  };
  counter('segments_rolled', 'Segments that were followed by a new one.', (figures) => figures.rolledSegments);
  counter('segments_pruned', 'Segments that were removed behind the mark.', (figures) => figures.prunedSegments);
}

function diskMetrics(source: FigureSource<undefined>, status: () => DiskStatus | undefined): void {
  const gauge = (name: string, help: string, figure: (disk: DiskStatus) => number) => {
    source.gauge({ name: `checkout_disk_${name}`, help }, () => {
      const disk = status();
      return disk && figure(disk);
    });
  };
  gauge('available_bytes', 'Space left on the disk that holds the data, in bytes.', (disk) => disk.availableBytes);
  gauge('total_bytes', 'Size of the disk that holds the data, in bytes.', (disk) => disk.totalBytes);
  gauge('reserve_bytes', 'Purchases are refused rather than to leave less than this.', (disk) => disk.reserveBytes);
  gauge('refusing', '1 while purchases are refused for want of space, else 0.', (disk) => Number(disk.refusing));
}
