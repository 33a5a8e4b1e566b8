export { composeReceiver } from './compose-receiver.js';
export type { ReceiverService } from './compose-receiver.js';
export { readReceiverConfig } from './config.js';
export type { ReceiverServiceConfig } from './config.js';
export { runReceiver } from './run-receiver.js';
