import { Counter, Gauge, type Registry } from 'prom-client';

import type { Journal } from '../../shared/journal/index.js';

/** The checkout's own figures in a registry; those of the journal are read when they are asked for. */
export function checkoutMetrics(registry: Registry, journal: Journal): { countResult: (result: string) => void } {
  const registers = [registry];
  const purchases = new Counter({
    name: 'checkout_purchases_total',
    help: 'POST /checkout that reached the journal, by result: accepted, replayed, key-reused, refused, unknown.',
    labelNames: ['result'],
    registers,
  });
  const durable = new Gauge({ name: 'checkout_log_durable_sequence', help: 'Last entry that is on disk.', registers });
  const mark = new Gauge({
    name: 'checkout_log_low_water_mark',
    help: 'Every entry up to here is confirmed or discarded at every destination.',
    registers,
  });
  const segments = new Gauge({ name: 'checkout_log_segments', help: 'Segments of the log on disk.', registers });
  const perDestination = (name: string, help: string) =>
    new Gauge({ name: `checkout_destination_${name}`, help, labelNames: ['destination'], registers });
  const cursor = perDestination('cursor', 'Every entry up to here has an outcome on record.');
  const pending = perDestination('pending', 'Entries not yet confirmed or discarded.');
  const retrying = perDestination('retrying', 'Entries that will be tried again.');
  const parked = perDestination('parked', 'Entries that wait for a person.');

  new Gauge({
    name: 'checkout_log_bytes',
    help: 'Size of the log on disk, in bytes.',
    registers,
    async collect() {
      const progress = await journal.progress();
      this.set(progress.log.bytes);
      durable.set(progress.log.durableSequence);
      mark.set(progress.log.lowWaterMark);
      segments.set(progress.log.segments);
      for (const [destination, status] of Object.entries(progress.destinations)) {
        cursor.set({ destination }, status.cursor);
        pending.set({ destination }, status.pending);
        retrying.set({ destination }, status.retrying);
        parked.set({ destination }, status.parked);
      }
    },
  });
  return {
    countResult(result) {
      purchases.inc({ result });
    },
  };
}
