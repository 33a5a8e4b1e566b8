import { numberOption, parseOptions, UsageError } from '../../shared/command-line/index.js';
import { anySeed } from '../../shared/customers/index.js';
import { optionVariables, type EnvironmentOptions, type VariableOption } from './config.js';
import { parseDuration } from './parse-duration.js';
import { usage } from './usage.js';

/** What someone asked for. */
export type Command = { readonly name: 'help' } | LoadCommand;

export type Pace =
  /** Customers who buy one thing after the other. */
  | { readonly kind: 'closed'; readonly concurrency: number }
  /** Purchases that begin at even distances. */
  | { readonly kind: 'open'; readonly perSecond: number; readonly connections: number };

export interface LoadCommand {
  readonly name: 'load';
  readonly url: string;
  readonly apiKey: string | undefined;
  readonly pace: Pace;
  /** Undefined: without an end. */
  readonly durationMs: number | undefined;
  readonly purchasesMax: number | undefined;
  readonly repeatShare: number;
  readonly seed: number;
  readonly acknowledged: { readonly path: string; readonly append: boolean } | undefined;
  readonly json: boolean;
}

const options = {
  help: { type: 'boolean', short: 'h' },
  url: { type: 'string' },
  'api-key': { type: 'string' },
  concurrency: { type: 'string' },
  rate: { type: 'string' },
  connections: { type: 'string' },
  duration: { type: 'string' },
  purchases: { type: 'string' },
  retries: { type: 'string' },
  seed: { type: 'string' },
  acknowledged: { type: 'string' },
  append: { type: 'boolean' },
  json: { type: 'boolean' },
} as const;

const bounds = {
  concurrency: { min: 1, max: 1_000 },
  rate: { min: 0.01, max: 100_000, decimals: 2 },
  connections: { min: 1, max: 1_000 },
  purchases: { min: 1, max: 1e12 },
  retries: { min: 0, max: 1, decimals: 4 },
  seed: { min: 0, max: 2 ** 32 - 1 },
};

/** The command in the arguments; `environment` is taken where an option is not given. @throws UsageError */
export function parseCommand(args: readonly string[], environment: EnvironmentOptions): Command {
  const { values, positionals } = parseOptions(args, options, usage);
  if (values.help === true) return { name: 'help' };
  if (positionals.length > 0) throw new UsageError(`${positionals.join(' ')}: what is that?\n\n${usage}`);
  const given = withEnvironment(values, environment);
  const number = (name: keyof typeof bounds) =>
    fromWhere(name, values[name], () => numberOption(name, given[name], bounds[name]));
  const purchasesMax = number('purchases');
  const duration = given.duration ?? (purchasesMax === undefined ? '30s' : 'forever');
  if (values.append === true && values.acknowledged === undefined) {
    throw new UsageError('--append goes with --acknowledged FILE');
  }
  return {
    name: 'load',
    url: fromWhere('url', values.url, () => httpUrl(given.url ?? 'http://127.0.0.1:3000')),
    apiKey: fromWhere('api-key', values['api-key'], () => headerText(given['api-key'])),
    pace: paceOf(number('rate'), number('concurrency'), number('connections')),
    durationMs: fromWhere('duration', values.duration, () => parseDuration(duration)),
    purchasesMax,
    repeatShare: number('retries') ?? 0.05,
    seed: number('seed') ?? anySeed(),
    acknowledged:
      values.acknowledged === undefined ? undefined : { path: values.acknowledged, append: values.append === true },
    json: values.json === true,
  };
}

/** What options say and, where they do not, variables. The two paces exclude each other: an option wins over both variables. */
function withEnvironment(values: EnvironmentOptions, environment: EnvironmentOptions): EnvironmentOptions {
  const { rate, concurrency, connections, ...rest } = environment;
  const pace = { rate, concurrency, connections };
  const paceIsGiven = values.rate !== undefined || values.concurrency !== undefined;
  const left = values.rate !== undefined ? { connections } : paceIsGiven ? {} : pace;
  const variables = Object.entries({ ...rest, ...left }).filter(([, value]) => value !== undefined);
  return { ...(Object.fromEntries(variables) as EnvironmentOptions), ...values };
}

/** Names the variable in the message when that is where a wrong value comes from. */
function fromWhere<T>(name: VariableOption, option: string | undefined, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof UsageError) || option !== undefined) throw error;
    throw new UsageError(`${error.message} (from the variable ${optionVariables[name]})`, { cause: error });
  }
}

function paceOf(rate: number | undefined, concurrency: number | undefined, connections: number | undefined): Pace {
  if (rate !== undefined) {
    if (concurrency !== undefined) throw new UsageError('--rate and --concurrency contradict each other');
    return { kind: 'open', perSecond: rate, connections: connections ?? 64 };
  }
  if (connections !== undefined) throw new UsageError('--connections goes with --rate');
  return { kind: 'closed', concurrency: concurrency ?? 8 };
}

function httpUrl(text: string): string {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text;
  throw new UsageError(`--url takes an http or https URL, not ${text}`);
}

/** Never repeats it: what is nearly a key is still a secret. */
function headerText(key: string | undefined): string | undefined {
  if (key === undefined || /^[\x21-\x7e]+$/.test(key)) return key;
  throw new UsageError('--api-key takes printable ASCII without spaces');
}
