export { makeDataDirectory } from './data-directory.js';
export { EnvironmentError, integerVariable, optionalIntegerVariable, readEnvironment } from './read-environment.js';
export type { Environment } from './read-environment.js';
export {
  besideOthers,
  describeExposure,
  isKnownSecret,
  isKnownToEveryone,
  refuseKnownSecrets,
} from './known-secrets.js';
export {
  connectionLimitsOf,
  demoAdminToken,
  demoWebhookSecret,
  readableLogFormat,
  refuseSameSecretTwice,
  serviceVariables,
  webhookSecret,
  webhookSecretsOf,
  withDemoSecrets,
} from './service-variables.js';
