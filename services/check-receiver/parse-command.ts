import { numberOption, parseOptions, UsageError } from '../../shared/command-line/index.js';
import { webhookSecret } from '../../shared/environment/index.js';
import { usage } from './usage.js';

/** What someone asked for. */
export type Command = { readonly name: 'help' } | CheckCommand;

export interface CheckCommand {
  readonly name: 'check';
  readonly url: string;
  /** Newest first; at least one. */
  readonly secrets: readonly string[];
  /** Size of the large batch; undefined: it takes no batches. */
  readonly batch: number | undefined;
  readonly timeoutMs: number;
  readonly sequence: number;
  readonly verbose: boolean;
}

const options = {
  help: { type: 'boolean', short: 'h' },
  secret: { type: 'string', multiple: true },
  batch: { type: 'string' },
  'no-batch': { type: 'boolean' },
  timeout: { type: 'string' },
  sequence: { type: 'string' },
  verbose: { type: 'boolean' },
} as const;

/** The command in the arguments. `secrets` are taken where none is given. @throws UsageError */
export function parseCommand(args: readonly string[], secrets: readonly string[]): Command {
  const { values, positionals } = parseOptions(args, options, usage);
  if (values.help === true) return { name: 'help' };
  const [url, ...tooMany] = positionals;
  if (url === undefined) throw new UsageError(`name the receiver's URL\n\n${usage}`);
  if (tooMany.length > 0) throw new UsageError(`${tooMany.join(' ')}: one URL is enough`);
  if (!isHttpUrl(url)) throw new UsageError(`${url} is no http or https URL`);
  return {
    name: 'check',
    url,
    secrets: requireSecrets(values.secret ?? secrets),
    batch: batchOf(values.batch, values['no-batch'] === true),
    timeoutMs: numberOption('timeout', values.timeout, { min: 10, max: 120_000 }) ?? 5000,
    sequence: numberOption('sequence', values.sequence, { min: 1, max: 1e15 }) ?? 1,
    verbose: values.verbose === true,
  };
}

/** Never repeats a secret: what is nearly one is still a secret. */
function requireSecrets(secrets: readonly string[]): readonly string[] {
  if (secrets.length === 0) throw new UsageError('give the secret: --secret whsec_…, or the variable WEBHOOK_SECRET');
  if (secrets.length > 2) throw new UsageError('give two secrets at most: the new one and the one before it');
  if (secrets.some((secret) => !webhookSecret.safeParse(secret).success)) {
    throw new UsageError('a secret must be whsec_ and the base64 of 24 to 64 bytes');
  }
  if (new Set(secrets).size < secrets.length) throw new UsageError('the same secret is given twice');
  return secrets;
}

function batchOf(size: string | undefined, none: boolean): number | undefined {
  if (!none) return numberOption('batch', size, { min: 2, max: 500 }) ?? 500;
  if (size !== undefined) throw new UsageError('--batch and --no-batch contradict each other');
  return undefined;
}

function isHttpUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}
