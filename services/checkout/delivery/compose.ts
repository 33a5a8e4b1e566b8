import type { MessagePort } from 'node:worker_threads';

import { CrashPoint, type CrashAt } from '../../../shared/crash-points/index.js';
import { LocalDeliveryJournal, nodeFiles } from '../../../shared/journal/index.js';
import { createDispatcher, HttpTransport, systemClock, withDefaults } from '../../../shared/outbox/index.js';
import { createLogger, type LogFormat } from '../../../shared/telemetry/index.js';
import { crashingDeliveryJournal } from '../crash-points/crashing-delivery-journal.js';
import { CrashingFiles } from '../crash-points/crashing-files.js';
import { crashingTransport } from '../crash-points/crashing-transport.js';
import type { ConfiguredDestination } from '../parse-destinations.js';
import type { DeliveryControl } from './delivery-control.js';
import { DeliveryMeasurements } from './delivery-figures.js';

/** What the delivery thread is given at its start; all of it can be copied between threads. */
export interface DeliveryThreadOptions {
  readonly port: MessagePort;
  readonly directory: string;
  readonly destinations: readonly ConfiguredDestination[];
  readonly removedDestinations: readonly string[];
  readonly logLevel: string;
  readonly logFormat: LogFormat;
  readonly crashAt: CrashAt | undefined;
}

/** Opens the delivering half of the journal and starts the dispatcher against it. */
export async function composeDelivery(options: DeliveryThreadOptions): Promise<DeliveryControl> {
  const { port, directory, logLevel, logFormat, crashAt } = options;
  const destinations = options.destinations.map(withDefaults);
  const log = createLogger({ name: 'checkout', level: logLevel, format: logFormat }).child({ thread: 'delivery' });
  const measurements = new DeliveryMeasurements();
  const crashPoint = crashAt && new CrashPoint(crashAt);
  const files = crashPoint && new CrashingFiles(nodeFiles, crashPoint);
  const journal = await LocalDeliveryJournal.open({
    ...{ port, directory },
    destinations: { served: options.destinations, removed: options.removedDestinations },
    ...(files && { files }),
    onCommitted: (group) => {
      measurements.committed(group);
    },
  });
  files?.opened();
  const dispatcher = createDispatcher({
    journal: crashPoint ? crashingDeliveryJournal(journal, crashPoint) : journal,
    destinations,
    transportFor: (destination) => {
      const transport = measurements.measured(destination.name, new HttpTransport(destination, systemClock));
      return crashPoint ? crashingTransport(transport, crashPoint) : transport;
    },
    clock: systemClock,
    random: Math.random,
    log,
  });
  dispatcher.failed.catch((error: unknown) => {
    journal.fail(error);
  });
  await dispatcher.start().catch((error: unknown) => {
    journal.fail(error);
  });
  return {
    status: () => Promise.resolve(dispatcher.status()),
    figures: () => Promise.resolve(measurements.figures(dispatcher.status())),
    pause: (destination, why) => dispatcher.pause(destination, why),
    resume: (destination, why, catchUpRatePerSecond) => dispatcher.resume(destination, why, catchUpRatePerSecond),
    retry: (destination, sequence, why) => dispatcher.retry(destination, sequence, why),
    retryParked: (destination, why) => dispatcher.retryParked(destination, why),
    redeliver: (destination, sequences, why) => dispatcher.redeliver(destination, sequences, why),
    discard: (destination, sequence, reason) => dispatcher.discard(destination, sequence, reason),
    async stop(deadlineMs) {
      await dispatcher.stop(deadlineMs);
      await journal.close();
    },
  };
}
