import { EnvironmentError } from '../environment/index.js';
import { describeStop, ListenError, runService, ServicePort } from '../http/index.js';
import {
  DatabaseUnusableError,
  DatabaseVersionError,
  DirectoryLockedError,
  openWhenThereIsSpace,
} from '../sqlite/index.js';
import { createLogger, type Logger } from '../telemetry/index.js';
import { observeRequests } from '../telemetry/metrics.js';

import type { ReceiverService } from './compose-receiver.js';
import type { ReceiverServiceConfig } from './config.js';

export interface ReceiverProcess {
  /** In each line of the log. */
  readonly name: string;
  readonly readConfig: () => ReceiverServiceConfig;
  readonly compose: (config: ReceiverServiceConfig, log: Logger) => ReceiverService;
}

const needPerson = [EnvironmentError, ListenError, DirectoryLockedError, DatabaseVersionError, DatabaseUnusableError];

/** Runs a destination as this process. */
export async function runReceiver({ name, readConfig, compose }: ReceiverProcess): Promise<void> {
  await runService(
    name,
    async () => {
      const config = readConfig();
      const log = createLogger({ name, level: config.logLevel, format: config.logFormat });
      if (config.exposure !== undefined) log.warn(config.exposure);
      const observer = observeRequests(log);
      const port = await ServicePort.open({ ...config, log, observer });
      const service = await openWhenThereIsSpace(() => compose(config, log), {
        directory: config.dataDirectory,
        onWaiting: (error) => {
          const reason = error instanceof Error ? error.message : String(error);
          log.warn({ reason }, `the disk that holds DATA_DIR (${config.dataDirectory}) is full: free some space`);
          port.waitsFor('disk-full', 'The disk is full: the service starts by itself when there is space.');
        },
      });
      observer.show(service.metrics);
      port.serve(service.app);
      const address = `http://${config.host}:${port.port}`;
      log.info({ address, dataDirectory: config.dataDirectory }, 'takes deliveries');
      return {
        failed: service.failed,
        fail: () => port.fail('failed', 'The database has failed; the service is about to start anew.'),
        stop: async (hurry) => {
          log.info(describeStop(config.shutdownDelayMs));
          await port.stop(hurry);
          service.close();
          log.info('stopped');
        },
      };
    },
    (error) => needPerson.some((kind) => error instanceof kind),
  );
}
