import { numberOption, parseOptions, UsageError } from '../../shared/command-line/index.js';
import { killsDefault, rateDefault, usage } from './usage.js';

/** What someone asked for. */
export type Command = { readonly name: 'help' } | DrillCommand;

export interface DrillCommand {
  readonly name: 'drill';
  readonly kills: number;
  /** Undefined: any. */
  readonly seed: number | undefined;
  readonly rate: number;
  /** Where data and output stay, whatever comes of it. */
  readonly keep: string | undefined;
  /** The file that gets the figures. */
  readonly json: string | undefined;
}

const options = {
  help: { type: 'boolean', short: 'h' },
  kills: { type: 'string' },
  seed: { type: 'string' },
  rate: { type: 'string' },
  keep: { type: 'string' },
  json: { type: 'string' },
} as const;

/** The command in the arguments. @throws UsageError */
export function parseCommand(args: readonly string[]): Command {
  const { values, positionals } = parseOptions(args, options, usage);
  if (values.help === true) return { name: 'help' };
  if (positionals.length > 0) throw new UsageError(`${positionals.join(' ')}: it takes options only\n\n${usage}`);
  return {
    name: 'drill',
    kills: numberOption('kills', values.kills, { min: 1, max: 100_000 }) ?? killsDefault,
    seed: numberOption('seed', values.seed, { min: 0, max: 2 ** 32 - 1 }),
    rate: numberOption('rate', values.rate, { min: 1, max: 2000 }) ?? rateDefault,
    keep: values.keep,
    json: values.json,
  };
}
