import type { z } from 'zod';

import { jsonPointer } from './json-pointer.js';
import type { ProblemDetail } from './problem.js';
import { problems } from './problems.js';

const errorsMax = 20;

/** What a schema means that does not say so itself. */
const kinds: Readonly<Record<string, string>> = {
  object: 'an object',
  array: 'a list',
  string: 'a string',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  null: 'null',
};

/** The body as the schema's type. @throws Problem 422 that points at each field that breaks the schema */
export function parseBody<T>(schema: z.ZodType<T>, body: unknown): T {
  const result = schema.safeParse(body, { reportInput: true, error: describe });
  if (result.success) return result.data;
  const details = result.error.issues.flatMap(problemDetails);
  // The first thing that is wrong with a field says it; what follows from that would only confuse.
  const byPointer = new Map(details.toReversed().map((detail) => [detail.pointer, detail]));
  throw problems.invalidBody([...byPointer.values()].reverse().slice(0, errorsMax));
}

/** For what the schema has no words of its own: zod's would be about zod. */
function describe(issue: z.core.$ZodRawIssue): string {
  const kind = issue.code === 'invalid_type' ? kinds[issue.expected] : undefined;
  return kind === undefined ? 'is not valid' : `must be ${kind}`;
}

function problemDetails(issue: z.core.$ZodIssue): ProblemDetail[] {
  if (issue.code === 'unrecognized_keys') {
    const keys = issue.keys.slice(0, errorsMax);
    return keys.map((key) => ({ detail: 'unknown field', pointer: jsonPointer([...issue.path, key]) }));
  }
  const missing = issue.input === undefined && issue.path.length > 0 && issue.code === 'invalid_type';
  return [{ detail: missing ? 'is required' : issue.message, pointer: jsonPointer(issue.path) }];
}
