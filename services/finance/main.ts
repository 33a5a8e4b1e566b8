import { EnvironmentError } from '../../shared/environment/index.js';
import { listen, ListenError, runService } from '../../shared/http/index.js';
import {
  DatabaseUnusableError,
  DatabaseVersionError,
  DirectoryLockedError,
  openWhenThereIsSpace,
} from '../../shared/sqlite/index.js';
import { createLogger } from '../../shared/telemetry/index.js';

import { composeFinance } from './compose.js';
import { readConfig } from './config.js';

const name = 'finance';
const stopDeadlineMs = 5_000;
const needPerson = [EnvironmentError, ListenError, DirectoryLockedError, DatabaseVersionError, DatabaseUnusableError];

await runService(
  name,
  async () => {
    const config = readConfig();
    const log = createLogger({ name, level: config.logLevel, format: config.logFormat });
    const finance = await openWhenThereIsSpace(() => composeFinance(config, log), {
      directory: config.dataDirectory,
      onWaiting: (error) => {
        const reason = error instanceof Error ? error.message : String(error);
        log.warn({ reason }, `the disk that holds DATA_DIR (${config.dataDirectory}) is full: free some space`);
      },
    });
    const listening = await listen(finance.app, { ...config, observer: finance.observer });
    const address = `http://${listening.host}:${listening.port}`;
    log.info({ address, dataDirectory: config.dataDirectory }, 'finance takes deliveries');
    return {
      failed: finance.failed,
      stop: async () => {
        await listening.stop(stopDeadlineMs);
        finance.close();
      },
    };
  },
  (error) => needPerson.some((kind) => error instanceof kind),
);
