import { runReceiver } from '../../shared/receiver-service/index.js';

import { composeFinance } from './compose.js';
import { readConfig } from './config.js';

await runReceiver({ name: 'finance', readConfig, compose: composeFinance });
