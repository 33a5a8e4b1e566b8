export { makeDataDirectory } from './data-directory.js';
export { EnvironmentError, integerVariable, readEnvironment } from './read-environment.js';
export type { Environment } from './read-environment.js';
export {
  demoAdminToken,
  demoWebhookSecret,
  serviceVariables,
  webhookSecret,
  withSecrets,
} from './service-variables.js';
