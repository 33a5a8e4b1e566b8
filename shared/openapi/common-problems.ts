import { problemTypes, type ProblemType } from '../http/index.js';

import type { Operation } from './types.js';

/** What every operation can answer: what is no HTTP, comes too slowly or is too long; while the service stops; a bug. */
const ofEvery: readonly ProblemType[] = [problemTypes.malformedRequest, problemTypes.internal, problemTypes.notReady];

/** Of one that takes a JSON body. */
const ofBodies: readonly ProblemType[] = [
  problemTypes.malformedJson,
  problemTypes.bodyTooLarge,
  problemTypes.unsupportedMediaType,
  problemTypes.invalidBody,
];

/** The kinds of failure of an operation: its own, and those that all operations like it have. */
export function problemTypesOf(operation: Operation): readonly ProblemType[] {
  const { access, body, parameters = [], problems = [], producesAnyway = false } = operation;
  return [
    ...new Set([
      ...problems,
      ...parameters.flatMap(({ refusedAs }) => refusedAs ?? []),
      ...(access === 'admin' || access === 'api-key' ? [problemTypes.unauthorized] : []),
      ...(producesAnyway ? [] : [problemTypes.notAcceptable]),
      ...(body ? ofBodies : []),
      ...ofEvery,
    ]),
  ];
}

/** What an operation never answers with, and a path or a method without an operation does. */
export const problemTypesOfNoOperation: readonly ProblemType[] = [problemTypes.notFound, problemTypes.methodNotAllowed];
