import { Problem, type ProblemDetail } from './problem.js';
import { problemTypes } from './problem-types.js';
import type { NotReady } from './readiness.js';

/** The problems that every service can answer with. Those of one service stand in that service. */
export const problems = {
  malformedJson: (detail: string, errors?: readonly ProblemDetail[]) =>
    new Problem(problemTypes.malformedJson, { detail, ...(errors && { errors }) }),

  malformedRequest: (status: number, detail: string) => new Problem(problemTypes.malformedRequest, { status, detail }),

  unauthorized: (detail: string, { realm, wrongToken }: { realm: string; wrongToken: boolean }) =>
    new Problem(problemTypes.unauthorized, {
      detail,
      headers: { 'WWW-Authenticate': `Bearer realm="${realm}"${wrongToken ? ', error="invalid_token"' : ''}` },
    }),

  notFound: (detail: string) => new Problem(problemTypes.notFound, { detail }),

  /** The method itself is not repeated: whoever sends it may write anything there. */
  methodNotAllowed: (allowed: readonly string[]) =>
    new Problem(problemTypes.methodNotAllowed, {
      detail: `This method is not possible here${allowed.length === 0 ? '' : `; use ${allowed.join(' or ')}`}.`,
      headers: { Allow: allowed.join(', ') },
    }),

  notAcceptable: (produced: readonly string[]) =>
    new Problem(problemTypes.notAcceptable, { detail: `Here is ${produced.join(' or ')}, and Accept excludes it.` }),

  bodyTooLarge: (limitBytes: number) =>
    new Problem(problemTypes.bodyTooLarge, { detail: `The body may hold at most ${limitBytes} bytes.` }),

  unsupportedMediaType: (detail: string) => new Problem(problemTypes.unsupportedMediaType, { detail }),

  invalidBody: (errors: readonly ProblemDetail[]) =>
    new Problem(problemTypes.invalidBody, {
      detail: 'The body is JSON, but not what this route takes; errors says where.',
      errors,
    }),

  invalidParameter: (name: string, detail: string) =>
    new Problem(problemTypes.invalidParameter, { detail: `${name} ${detail}.` }),

  notReady: (detail: string, retryAfterSeconds = 1) =>
    new Problem(problemTypes.notReady, { detail, headers: { 'Retry-After': String(retryAfterSeconds) } }),

  /** The same, of the service as a whole: `reason` says why. */
  unready: ({ reason, detail, retryAfterSeconds = 1 }: NotReady) =>
    new Problem(problemTypes.notReady, { detail, reason, headers: { 'Retry-After': String(retryAfterSeconds) } }),

  internal: (cause: unknown) =>
    new Problem(problemTypes.internal, { detail: 'The service failed to answer; its log says why.', cause }),
};
