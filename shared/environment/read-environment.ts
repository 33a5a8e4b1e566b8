import { z } from 'zod';

/** Variables that are missing or wrong; the message names every one of them and says what to do. */
export class EnvironmentError extends Error {
  override readonly name = 'EnvironmentError';
}

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The environment as a typed, frozen object. An empty variable counts as unset.
 *
 * @throws EnvironmentError that lists all faults, not just the first.
 */
export function readEnvironment<T extends object>(schema: z.ZodType<T>, environment: Environment): Readonly<T> {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const result = schema.safeParse(given);
  if (result.success) return Object.freeze(result.data);
  const faults = result.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`);
  throw new EnvironmentError(`cannot start: ${faults.join('; ')}`);
}

/** A whole number in a variable, within bounds that the message names. */
export function integerVariable(options: {
  min: number;
  max: number;
  default: number;
}): z.ZodType<number, string | undefined> {
  return wholeNumber(options).prefault(String(options.default));
}

/** The same, undefined where it is not set: its default depends on more than the environment. */
export function optionalIntegerVariable(options: {
  min: number;
  max: number;
}): z.ZodType<number | undefined, string | undefined> {
  return wholeNumber(options).optional();
}

function wholeNumber({ min, max }: { min: number; max: number }) {
  const message = `must be a whole number from ${min} to ${max}`;
  return z
    .string()
    .regex(/^\d{1,16}$/, message)
    .transform(Number)
    .refine((value) => value >= min && value <= max, message);
}
