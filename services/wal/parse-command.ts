import type { parseArgs, ParseArgsConfig } from 'node:util';

import { parseOptions, UsageError } from '../../shared/command-line/index.js';
import type { Sequence } from '../../shared/wal/index.js';
import { usages, type CommandName } from './usage.js';

/** What someone asked for. */
export type Command =
  | { readonly name: 'help'; readonly text: string }
  | { readonly name: 'stats'; readonly directory: string; readonly json: boolean; readonly progress: boolean }
  | {
      readonly name: 'dump';
      readonly directory: string;
      readonly from: Sequence;
      readonly to: Sequence;
      readonly follow: boolean;
      readonly progress: boolean;
    }
  | { readonly name: 'verify'; readonly directory: string; readonly durable: Sequence; readonly progress: boolean }
  | {
      readonly name: 'repair';
      readonly directory: string;
      readonly to: string;
      readonly durable: Sequence;
      readonly progress: boolean;
    };

const common = { help: { type: 'boolean' }, progress: { type: 'boolean' } } as const;

const options: Record<CommandName, NonNullable<ParseArgsConfig['options']>> = {
  stats: { ...common, json: { type: 'boolean' } },
  dump: { ...common, from: { type: 'string' }, to: { type: 'string' }, follow: { type: 'boolean' } },
  verify: { ...common, durable: { type: 'string' } },
  repair: { ...common, to: { type: 'string' }, durable: { type: 'string' } },
};

type Values = ReturnType<typeof parseArgs>['values'];

/** The command in the arguments. @throws UsageError */
export function parseCommand(args: readonly string[]): Command {
  const [word, ...rest] = args;
  if (word === undefined) throw new UsageError(`name a command\n\n${usages.general}`);
  if (word === '--help' || word === '-h' || word === 'help') return { name: 'help', text: usages.general };
  if (!isCommandName(word)) {
    throw new UsageError(`there is no command ${word}: it is ${Object.keys(options).join(', ')}; --help tells more`);
  }
  const { values, positionals } = parseOptions(rest, options[word], usages[word]);
  if (values.help === true) return { name: 'help', text: usages[word] };
  const [directory, ...tooMany] = positionals;
  if (directory === undefined) throw new UsageError(`name the log's folder\n\n${usages[word]}`);
  if (tooMany.length > 0) throw new UsageError(`${tooMany.join(' ')}: one folder is enough\n\n${usages[word]}`);
  return commandOf(word, directory, values);
}

function commandOf(name: CommandName, directory: string, values: Values): Command {
  const progress = values.progress === true;
  switch (name) {
    case 'stats':
      return { name, directory, progress, json: values.json === true };
    case 'dump': {
      const from = sequenceOption(values, 'from', 1);
      const to = sequenceOption(values, 'to', Number.MAX_SAFE_INTEGER);
      if (to < from) throw new UsageError(`--to ${to} lies before --from ${from}`);
      return { name, directory, progress, from, to, follow: values.follow === true };
    }
    case 'verify':
      return { name, directory, progress, durable: sequenceOption(values, 'durable', 0) };
    case 'repair': {
      const { to } = values;
      if (typeof to !== 'string' || to === '') {
        throw new UsageError(`say where the copy is to go: --to NEWDIR\n\n${usages.repair}`);
      }
      return { name, directory, progress, to, durable: sequenceOption(values, 'durable', 0) };
    }
  }
}

function isCommandName(word: string): word is CommandName {
  return Object.hasOwn(options, word);
}

function sequenceOption(values: Values, name: string, missing: number): Sequence {
  const text = values[name];
  if (text === undefined) return missing as Sequence;
  const sequence = Number(text);
  if (typeof text === 'string' && /^\d+$/.test(text) && Number.isSafeInteger(sequence)) return sequence as Sequence;
  throw new UsageError(`--${name} takes the number of an entry, not ${String(text)}`);
}
