export { makeDataDirectory } from './data-directory.js';
export { EnvironmentError, integerVariable, optionalIntegerVariable, readEnvironment } from './read-environment.js';
export type { Environment } from './read-environment.js';
export {
  demoAdminToken,
  demoWebhookSecret,
  serviceVariables,
  webhookSecret,
  withDemoSecrets,
} from './service-variables.js';
