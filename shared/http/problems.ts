import { Problem, type ProblemDetail } from './problem.js';

/** The problems that every service can answer with. Those of one service stand in that service. */
export const problems = {
  malformedJson: (detail: string) =>
    new Problem({ code: 'malformed-json', status: 400, title: 'The body is not JSON', detail }),

  malformedRequest: (status: number, detail: string) =>
    new Problem({ code: 'malformed-request', status, title: 'The request cannot be read', detail }),

  unauthorized: (detail: string) =>
    new Problem({
      code: 'unauthorized',
      status: 401,
      title: 'Not authorized',
      detail,
      headers: { 'WWW-Authenticate': 'Bearer' },
    }),

  notFound: (detail: string) => new Problem({ code: 'not-found', status: 404, title: 'Not found', detail }),

  methodNotAllowed: (method: string, allowed: readonly string[]) =>
    new Problem({
      code: 'method-not-allowed',
      status: 405,
      title: 'Method not allowed',
      detail: `${method} is not possible here; use ${allowed.join(' or ')}.`,
      headers: { Allow: allowed.join(', ') },
    }),

  bodyTooLarge: (limitBytes: number) =>
    new Problem({
      code: 'body-too-large',
      status: 413,
      title: 'The body is too large',
      detail: `The body may hold at most ${limitBytes} bytes.`,
    }),

  unsupportedMediaType: (detail: string) =>
    new Problem({ code: 'unsupported-media-type', status: 415, title: 'Unsupported media type', detail }),

  invalidBody: (errors: readonly ProblemDetail[]) =>
    new Problem({
      code: 'invalid-body',
      status: 422,
      title: 'The body breaks the schema',
      detail: 'The body is JSON, but not what this route takes; errors says where.',
      errors,
    }),

  invalidParameter: (name: string, detail: string) =>
    new Problem({
      code: 'invalid-parameter',
      status: 400,
      title: 'A parameter is not valid',
      detail: `${name} ${detail}.`,
    }),

  notReady: (detail: string, retryAfterSeconds = 1) =>
    new Problem({
      code: 'not-ready',
      status: 503,
      title: 'Not ready',
      detail,
      headers: { 'Retry-After': String(retryAfterSeconds) },
    }),

  internal: (cause: unknown) =>
    new Problem({
      code: 'internal',
      status: 500,
      title: 'Internal error',
      detail: 'The service failed to answer; its log says why.',
      cause,
    }),
};
