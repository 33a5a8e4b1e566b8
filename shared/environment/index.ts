export { makeDataDirectory } from './data-directory.js';
export { EnvironmentError, integerVariable, optionalIntegerVariable, readEnvironment } from './read-environment.js';
export type { Environment } from './read-environment.js';
export {
  connectionLimitsOf,
  demoAdminToken,
  demoWebhookSecret,
  refuseSameSecretTwice,
  serviceVariables,
  webhookSecret,
  webhookSecretsOf,
  withDemoSecrets,
} from './service-variables.js';
