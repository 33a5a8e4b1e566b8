import { numberOption, parseOptions, UsageError } from '../../shared/command-line/index.js';
import { anySeed } from '../../shared/customers/index.js';
import { usage } from './usage.js';

/** What someone asked for. */
export type Command = { readonly name: 'help' } | DemoCommand;

export interface DemoCommand {
  readonly name: 'demo';
  readonly fast: boolean;
  readonly seed: number;
}

const options = {
  help: { type: 'boolean', short: 'h' },
  fast: { type: 'boolean' },
  seed: { type: 'string' },
} as const;

const seedMax = 2 ** 32 - 1;

/** The command in the arguments. @throws UsageError */
export function parseCommand(args: readonly string[]): Command {
  const { values, positionals } = parseOptions(args, options, usage);
  if (values.help === true) return { name: 'help' };
  if (positionals.length > 0) throw new UsageError(`${positionals.join(' ')}: it takes options only\n\n${usage}`);
  return {
    name: 'demo',
    fast: values.fast === true,
    seed: numberOption('seed', values.seed, { min: 0, max: seedMax }) ?? anySeed(),
  };
}
