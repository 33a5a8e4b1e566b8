import type { MessagePort } from 'node:worker_threads';

import { LocalDeliveryJournal } from '../../../shared/journal/index.js';
import { createDispatcher, HttpTransport, systemClock, withDefaults } from '../../../shared/outbox/index.js';
import { createLogger, type LogFormat } from '../../../shared/telemetry/index.js';
import type { ConfiguredDestination } from '../parse-destinations.js';
import type { DeliveryControl } from './delivery-control.js';

/** What the delivery thread is given at its start; all of it can be copied between threads. */
export interface DeliveryThreadOptions {
  readonly port: MessagePort;
  readonly directory: string;
  readonly destinations: readonly ConfiguredDestination[];
  readonly logLevel: string;
  readonly logFormat: LogFormat;
}

/** Opens the delivering half of the journal and starts the dispatcher against it. */
export async function composeDelivery(options: DeliveryThreadOptions): Promise<DeliveryControl> {
  const { port, directory, logLevel, logFormat } = options;
  const destinations = options.destinations.map(withDefaults);
  const log = createLogger({ name: 'checkout', level: logLevel, format: logFormat });
  const names = destinations.map(({ name }) => name);
  const journal = await LocalDeliveryJournal.open({ port, directory, destinations: names });
  const dispatcher = createDispatcher({
    journal,
    destinations,
    transportFor: (destination) => new HttpTransport(destination, systemClock),
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
    pause: (destination) => dispatcher.pause(destination),
    resume: (destination) => dispatcher.resume(destination),
    retry: (destination, sequence) => dispatcher.retry(destination, sequence),
    retryParked: (destination) => dispatcher.retryParked(destination),
    discard: (destination, sequence, reason) => dispatcher.discard(destination, sequence, reason),
    async stop(deadlineMs) {
      await dispatcher.stop(deadlineMs);
      await journal.close();
    },
  };
}
