import { numberOption, parseOptions, UsageError } from '../../../shared/command-line/index.js';
import { roster, type Entrant } from './roster.js';

const usage = `npm run bench -- [options]
  --turns N        of each row, medians are shown; default 3
  --seconds N      of load in a turn; default 4
  --purchases N    delivered in a turn, in hundreds; default 10000
  --dir DIR        where servers and services store; default the system's temporary folder
  --only NAME,…    only these peers: ${roster.map(({ name }) => name).join(', ')}
  --json FILE      all figures of all turns
`;

export interface Options {
  readonly turns: number;
  readonly seconds: number;
  readonly purchases: number;
  readonly dir: string | undefined;
  readonly entrants: readonly Entrant[];
  readonly json: string | undefined;
}

/** @throws UsageError */
export function readOptions(args: readonly string[]): Options {
  const text = { type: 'string' } as const;
  const { values, positionals } = parseOptions(
    args,
    { turns: text, seconds: text, purchases: text, dir: text, only: text, json: text },
    usage,
  );
  if (positionals.length > 0) throw new UsageError(usage);
  const purchases = numberOption('purchases', values.purchases, { min: 100, max: 1_000_000 }) ?? 10_000;
  // Whoever takes a hundred at a time would wait at the end for the rest of the last hundred.
  if (purchases % 100 !== 0) throw new UsageError(`--purchases takes hundreds, not ${purchases}`);
  return {
    turns: numberOption('turns', values.turns, { min: 1, max: 100 }) ?? 3,
    seconds: numberOption('seconds', values.seconds, { min: 1, max: 600 }) ?? 4,
    purchases,
    dir: values.dir,
    entrants: values.only === undefined ? roster : values.only.split(',').map(chosen),
    json: values.json,
  };
}

function chosen(name: string): Entrant {
  const entrant = roster.find((each) => each.name === name);
  if (entrant === undefined) throw new UsageError(`--only knows no ${name}\n\n${usage}`);
  return entrant;
}
