import type { z } from 'zod';

import type { ProblemDetail } from './problem.js';
import { problems } from './problems.js';

const errorsMax = 20;

/** The body as the schema's type. @throws Problem 422 that points at each field that breaks the schema */
export function parseBody<T>(schema: z.ZodType<T>, body: unknown): T {
  const result = schema.safeParse(body, { reportInput: true });
  if (result.success) return result.data;
  const details = result.error.issues.flatMap(problemDetails);
  // The first thing that is wrong with a field says it; what follows from that would only confuse.
  const byPointer = new Map(details.toReversed().map((detail) => [detail.pointer, detail]));
  throw problems.invalidBody([...byPointer.values()].reverse().slice(0, errorsMax));
}

function problemDetails(issue: z.core.$ZodIssue): ProblemDetail[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ detail: 'unknown field', pointer: pointer([...issue.path, key]) }));
  }
  const missing = issue.input === undefined && issue.path.length > 0 && issue.code === 'invalid_type';
  return [{ detail: missing ? 'is required' : issue.message, pointer: pointer(issue.path) }];
}

/** RFC 6901, as a URI fragment. */
function pointer(path: readonly PropertyKey[]): string {
  return '#' + path.map((part) => `/${encodeURI(String(part).replaceAll('~', '~0').replaceAll('/', '~1'))}`).join('');
}
