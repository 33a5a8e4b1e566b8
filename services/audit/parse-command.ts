import { numberOption, parseOptions, UsageError } from '../../shared/command-line/index.js';
import type { ServiceName } from '../../shared/shop-client/index.js';
import type { Config } from './config.js';
import { usage } from './usage.js';

/** What someone asked for. */
export type Command = { readonly name: 'help' } | AuditCommand;

export interface AuditCommand extends Config {
  readonly name: 'audit';
  /** Files of what customers were told. */
  readonly acknowledged: readonly string[];
  /** How long is waited until nothing is in flight any more. */
  readonly settleMs: number;
  readonly repair: boolean;
  /** How many of each kind are named. */
  readonly firstMax: number;
  readonly json: boolean;
}

const options = {
  help: { type: 'boolean', short: 'h' },
  checkout: { type: 'string' },
  warehouse: { type: 'string' },
  finance: { type: 'string' },
  token: { type: 'string' },
  acknowledged: { type: 'string', multiple: true },
  settle: { type: 'string' },
  repair: { type: 'boolean' },
  ids: { type: 'string' },
  json: { type: 'boolean' },
} as const;

/** The command in the arguments; `config` is asked for what they leave out. @throws UsageError */
export function parseCommand(args: readonly string[], config: () => Config): Command {
  const { values, positionals } = parseOptions(args, options, usage);
  if (values.help === true) return { name: 'help' };
  if (positionals.length > 0) throw new UsageError(`${positionals.join(' ')}: it takes options only\n\n${usage}`);
  const { urls, token } = config();
  const url = (service: ServiceName) => urlOption(service, values[service]) ?? urls[service];
  return {
    name: 'audit',
    urls: { checkout: url('checkout'), warehouse: url('warehouse'), finance: url('finance') },
    token: values.token ?? token,
    acknowledged: values.acknowledged ?? [],
    settleMs: (numberOption('settle', values.settle, { min: 0, max: 86_400, decimals: 3 }) ?? 0) * 1000,
    repair: values.repair === true,
    firstMax: numberOption('ids', values.ids, { min: 0, max: 1000 }) ?? 5,
    json: values.json === true,
  };
}

/** Without the slash at its end. */
function urlOption(name: string, text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text.replace(/\/+$/, '');
  throw new UsageError(`--${name} takes an http or https URL, not ${text}`);
}
