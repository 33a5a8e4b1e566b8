import {
  composeReceiver,
  type ReceiverService,
  type ReceiverServiceConfig,
} from '../../shared/receiver-service/index.js';
import type { Logger } from '../../shared/telemetry/index.js';

import { createFinanceApp } from './app.js';
import { ledgerMigration, LedgerStore } from './ledger-store.js';
import { purchasePosting } from './purchase-posting.js';
import { TrialBalance } from './trial-balance.js';

/** Finance on its data. Throws what `composeReceiver` does. */
export function composeFinance(config: ReceiverServiceConfig, log: Logger): ReceiverService {
  return composeReceiver(config, log, {
    file: 'finance.sqlite',
    migration: ledgerMigration,
    open: (database) => {
      const ledger = new LedgerStore(database);
      const balance = new TrialBalance(ledger);
      return {
        effect: (event) => {
          ledger.post(purchasePosting(event));
        },
        createApp: (receiver, metrics) =>
          createFinanceApp({ receiver, ledger, balance, metrics, demo: config.demo, log }),
      };
    },
  });
}
