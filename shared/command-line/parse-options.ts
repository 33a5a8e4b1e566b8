import { parseArgs, type ParseArgsConfig } from 'node:util';

import { UsageError } from './usage-error.js';

/** `parseArgs` of Node.js, strict, with positionals. @throws UsageError that ends with the usage */
export function parseOptions<Options extends NonNullable<ParseArgsConfig['options']>>(
  args: readonly string[],
  options: Options,
  usage: string,
) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    // Only wrong arguments make it throw.
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${reason}\n\n${usage}`, { cause: error });
  }
}

export interface NumberBounds {
  readonly min: number;
  readonly max: number;
  /** Digits behind the point that are allowed; 0 without it. */
  readonly decimals?: number;
}

/** The number in an option's text; undefined where there is no text. @throws UsageError */
export function numberOption(
  name: string,
  text: string | undefined,
  { min, max, decimals = 0 }: NumberBounds,
): number | undefined {
  if (text === undefined) return undefined;
  const number = Number(text);
  const form = decimals === 0 ? /^\d+$/ : new RegExp(`^\\d+(\\.\\d{1,${decimals}})?$`);
  if (form.test(text) && number >= min && number <= max) return number;
  throw new UsageError(`--${name} takes a number from ${min} to ${max}, not ${text}`);
}
