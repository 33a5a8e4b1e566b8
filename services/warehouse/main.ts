import { runReceiver } from '../../shared/receiver-service/index.js';

import { composeWarehouse } from './compose.js';
import { readConfig } from './config.js';

await runReceiver({ name: 'warehouse', readConfig, compose: composeWarehouse });
