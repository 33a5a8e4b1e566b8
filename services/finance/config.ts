import type { Environment } from '../../shared/environment/index.js';
import { readReceiverConfig, type ReceiverServiceConfig } from '../../shared/receiver-service/index.js';

const portDefault = 3002;

/** @throws EnvironmentError that lists every variable that is missing or wrong */
export function readConfig(environment: Environment = process.env): ReceiverServiceConfig {
  return readReceiverConfig(portDefault, environment);
}
