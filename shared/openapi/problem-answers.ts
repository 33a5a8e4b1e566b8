import { z } from 'zod';

import type { ProblemType } from '../http/index.js';

import { problemTypesOf } from './common-problems.js';
import type { Header, Operation } from './types.js';

/** A status, or a range of them as OpenAPI writes it: `4XX`. */
export type StatusKey = string;

/** The kinds of failure that one operation answers with one status. */
export interface ProblemAnswer {
  readonly status: StatusKey;
  readonly types: readonly ProblemType[];
  readonly headers: Readonly<Record<string, Header>>;
}

/** The body of every answer that is an error, as RFC 9457 has it. */
export const problemSchema = z
  .object({
    type: z.string().describe('Which kind of failure it is: `urn:problem-type:` and its code. It never changes.'),
    title: z.string().describe('The kind of failure in words, the same each time.'),
    status: z.int().min(300).max(599).describe('The status of the answer.'),
    detail: z.string().describe('What happened this time, for people.'),
    errors: z
      .array(z.object({ detail: z.string(), pointer: z.string().describe('JSON pointer as a URI fragment.') }))
      .optional()
      .describe('Each fault of a body that breaks its schema.'),
    reason: z.string().optional().describe('Of `not-ready` and `purchase-refused`: why, for programs.'),
    'violated-policies': z
      .array(z.string())
      .optional()
      .describe('Of `quota-exceeded`: the limits, by their names in `RateLimit-Policy`.'),
  })
  .meta({ id: 'Problem', description: 'An error, RFC 9457. The page at /docs explains each `type`.' });

/** The `type` that a problem has on the wire. */
export const problemUri = ({ code }: ProblemType) => `urn:problem-type:${code}`;

/** The answers of an operation that are problems, by status. */
export function problemAnswers(operation: Operation): readonly ProblemAnswer[] {
  const { anyFailure, headers = {}, problemHeaders = {} } = operation;
  const byStatus = new Map<StatusKey, Set<ProblemType>>();
  const add = (status: StatusKey, type: ProblemType) =>
    byStatus.set(status, (byStatus.get(status) ?? new Set()).add(type));
  for (const type of problemTypesOf(operation)) for (const status of type.statuses) add(String(status), type);
  if (anyFailure) for (const status of [...byStatus.keys(), '3XX', '4XX', '5XX']) add(status, anyFailure);
  return [...byStatus]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([status, types]) => ({
      status,
      types: [...types],
      headers: { ...headersOf(status, anyFailure !== undefined), ...headers, ...problemHeaders[status] },
    }));
}

const challenge: Header = { description: 'How to prove who you are (RFC 9110).', required: true, schema: z.string() };
const retryAfter = (required: boolean): Header => ({
  description: 'Seconds after which it is worth another try.',
  required,
  schema: z.int().min(0),
});

/** What goes with a status besides the problem itself; an injected failure comes without. */
function headersOf(status: StatusKey, orInjected: boolean): Readonly<Record<string, Header>> {
  switch (status) {
    case '401':
      return { 'WWW-Authenticate': { ...challenge, required: !orInjected } };
    case '429':
    case '503':
      return { 'Retry-After': retryAfter(!orInjected) };
    case '3XX':
    case '4XX':
    case '5XX':
      return { 'Retry-After': retryAfter(false) };
    default:
      return {};
  }
}
