import { EnvironmentError } from '../../shared/environment/index.js';
import { listen, ListenError, runService } from '../../shared/http/index.js';
import {
  DatabaseUnusableError,
  DatabaseVersionError,
  DirectoryLockedError,
  openWhenThereIsSpace,
} from '../../shared/sqlite/index.js';
import { createLogger } from '../../shared/telemetry/index.js';

import { composeWarehouse } from './compose.js';
import { readConfig } from './config.js';

const name = 'warehouse';
const stopDeadlineMs = 5_000;
const needPerson = [EnvironmentError, ListenError, DirectoryLockedError, DatabaseVersionError, DatabaseUnusableError];

await runService(
  name,
  async () => {
    const config = readConfig();
    const log = createLogger({ name, level: config.logLevel, format: config.logFormat });
    const warehouse = await openWhenThereIsSpace(() => composeWarehouse(config, log), {
      directory: config.dataDirectory,
      onWaiting: (error) => {
        const reason = error instanceof Error ? error.message : String(error);
        log.warn({ reason }, `the disk that holds DATA_DIR (${config.dataDirectory}) is full: free some space`);
      },
    });
    const listening = await listen(warehouse.app, { ...config, observer: warehouse.observer });
    const address = `http://${listening.host}:${listening.port}`;
    log.info({ address, dataDirectory: config.dataDirectory }, 'the warehouse takes deliveries');
    return {
      failed: warehouse.failed,
      stop: async () => {
        await listening.stop(stopDeadlineMs);
        warehouse.close();
      },
    };
  },
  (error) => needPerson.some((kind) => error instanceof kind),
);
