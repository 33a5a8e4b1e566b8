import {
  composeReceiver,
  type ReceiverService,
  type ReceiverServiceConfig,
} from '../../shared/receiver-service/index.js';
import type { Logger } from '../../shared/telemetry/index.js';

import { createWarehouseApp } from './app.js';
import { demoStock } from './demo-stock.js';
import { mergeLines } from './merge-lines.js';
import { warehouseMigration, WarehouseStore } from './warehouse-store.js';

/** A warehouse on its data. Throws what `composeReceiver` does. */
export function composeWarehouse(config: ReceiverServiceConfig, log: Logger): ReceiverService {
  return composeReceiver(config, log, {
    file: 'warehouse.sqlite',
    migration: warehouseMigration,
    open: (database) => {
      const store = new WarehouseStore(database);
      store.seedStock(demoStock);
      return {
        effect: ({ data }) => {
          store.reserve(data.id, data.sequence, mergeLines(data.items));
        },
        createApp: (receiver, metrics) => createWarehouseApp({ receiver, store, metrics, demo: config.demo, log }),
      };
    },
  });
}
