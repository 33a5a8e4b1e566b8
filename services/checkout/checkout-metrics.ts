import { Counter, Gauge, type Registry } from 'prom-client';

import type { DestinationStatus, DiskStatus, Journal, JournalProgress } from '../../shared/journal/index.js';

/** The checkout's own figures in a registry; those of the journal are read when they are asked for. */
export function checkoutMetrics(registry: Registry, journal: Journal): { countResult: (result: string) => void } {
  const registers = [registry];
  const purchases = new Counter({
    name: 'checkout_purchases_total',
    help: 'POST /checkout that reached the journal, by result: accepted, replayed, key-reused, refused, unknown.',
    labelNames: ['result'],
    registers,
  });

  const ofLog = (name: string, help: string, figure: (log: JournalProgress['log']) => number) =>
    new Gauge({
      name: `checkout_log_${name}`,
      help,
      registers,
      async collect() {
        this.set(figure((await journal.progress()).log));
      },
    });
  ofLog('durable_sequence', 'Last entry that is on disk.', (log) => log.durableSequence);
  ofLog('low_water_mark', 'Every entry up to here is finished at every destination.', (log) => log.lowWaterMark);
  ofLog('segments', 'Segments on disk.', (log) => log.segments);
  ofLog('bytes', 'Size on disk, in bytes.', (log) => log.bytes);
  ofLog('backlog_bytes', 'Part of it that destinations have still to confirm, in bytes.', (log) => log.backlogBytes);

  const ofDisk = (name: string, help: string, figure: (disk: DiskStatus) => number) =>
    new Gauge({
      name: `checkout_disk_${name}`,
      help,
      registers,
      collect() {
        const disk = journal.disk();
        if (disk) this.set(figure(disk));
      },
    });
  ofDisk('available_bytes', 'Space left on the disk that holds the data, in bytes.', (disk) => disk.availableBytes);
  ofDisk('total_bytes', 'Size of the disk that holds the data, in bytes.', (disk) => disk.totalBytes);
  ofDisk('reserve_bytes', 'Purchases are refused rather than to leave less than this.', (disk) => disk.reserveBytes);
  ofDisk('refusing', '1 while purchases are refused for want of space, else 0.', (disk) => Number(disk.refusing));

  const ofDestination = (name: string, help: string, figure: (status: DestinationStatus) => number) =>
    new Gauge({
      name: `checkout_destination_${name}`,
      help,
      labelNames: ['destination'],
      registers,
      async collect() {
        const { destinations } = await journal.progress();
        for (const [destination, status] of Object.entries(destinations)) this.set({ destination }, figure(status));
      },
    });
  ofDestination('cursor', 'Every entry up to here has an outcome on record.', (status) => status.cursor);
  ofDestination('pending', 'Entries not yet confirmed or discarded.', (status) => status.pending);
  ofDestination('retrying', 'Entries that will be tried again.', (status) => status.retrying);
  ofDestination('parked', 'Entries that wait for a person.', (status) => status.parked);

  return {
    countResult(result) {
      purchases.inc({ result });
    },
  };
}
