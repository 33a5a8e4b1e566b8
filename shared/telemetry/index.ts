export { createLogger } from './logger.js';
export type { LogFormat, Logger } from './logger.js';
