import type { Environment } from '../../shared/environment/index.js';

/** What each variable says in place of an option. */
export const optionVariables = {
  url: 'CHECKOUT_URL',
  'api-key': 'API_KEY',
  concurrency: 'LOAD_CONCURRENCY',
  rate: 'LOAD_RATE',
  connections: 'LOAD_CONNECTIONS',
  duration: 'LOAD_DURATION',
  purchases: 'LOAD_PURCHASES',
  retries: 'LOAD_RETRIES',
  seed: 'LOAD_SEED',
} as const;

export type VariableOption = keyof typeof optionVariables;

/** Options that the environment gives; an empty variable counts as unset. */
export type EnvironmentOptions = Readonly<Partial<Record<VariableOption, string | undefined>>>;

export function environmentOptions(environment: Environment = process.env): EnvironmentOptions {
  const entries = Object.entries(optionVariables).map(([option, variable]) => [option, environment[variable]]);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined && value !== '')) as EnvironmentOptions;
}
