import { EnvironmentError } from '../../shared/environment/index.js';
import { ListenError, runService, ServicePort } from '../../shared/http/index.js';
import {
  DatabaseUnusableError,
  DatabaseVersionError,
  DirectoryLockedError,
  openWhenThereIsSpace,
} from '../../shared/sqlite/index.js';
import { createLogger } from '../../shared/telemetry/index.js';
import { observeRequests } from '../../shared/telemetry/metrics.js';

import { composeWarehouse } from './compose.js';
import { readConfig } from './config.js';

const name = 'warehouse';
const needPerson = [EnvironmentError, ListenError, DirectoryLockedError, DatabaseVersionError, DatabaseUnusableError];

await runService(
  name,
  async () => {
    const config = readConfig();
    const log = createLogger({ name, level: config.logLevel, format: config.logFormat });
    if (config.exposure !== undefined) log.warn(config.exposure);
    const observer = observeRequests(log);
    const port = await ServicePort.open({ ...config, log, observer });
    const warehouse = await openWhenThereIsSpace(() => composeWarehouse(config, log), {
      directory: config.dataDirectory,
      onWaiting: (error) => {
        const reason = error instanceof Error ? error.message : String(error);
        log.warn({ reason }, `the disk that holds DATA_DIR (${config.dataDirectory}) is full: free some space`);
        port.waitsFor('disk-full', 'The disk is full: the service starts by itself when there is space.');
      },
    });
    observer.show(warehouse.metrics);
    port.serve(warehouse.app);
    const address = `http://${config.host}:${port.port}`;
    log.info({ address, dataDirectory: config.dataDirectory }, 'the warehouse takes deliveries');
    return {
      failed: warehouse.failed,
      fail: () => port.fail('failed', 'The database has failed; the service is about to start anew.'),
      stop: async (hurry) => {
        await port.stop(hurry);
        warehouse.close();
      },
    };
  },
  (error) => needPerson.some((kind) => error instanceof kind),
);
