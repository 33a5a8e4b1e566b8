import type { ProblemType } from './problem.js';

/** The kinds of failure that every service can answer with. */
export const problemTypes = {
  malformedJson: {
    code: 'malformed-json',
    statuses: [400],
    title: 'The body is not JSON',
    advice: 'Send one JSON document in UTF-8. Nothing was written.',
  },
  malformedRequest: {
    code: 'malformed-request',
    statuses: [400, 408, 417, 431, 505],
    title: 'The request cannot be read',
    advice: 'Mend the address, the headers or the framing of the request, or send it faster. Nothing was written.',
  },
  invalidParameter: {
    code: 'invalid-parameter',
    statuses: [400],
    title: 'A parameter is not valid',
    advice: 'The text names the parameter and what it may be.',
  },
  unauthorized: {
    code: 'unauthorized',
    statuses: [401],
    title: 'Not authorized',
    advice: 'Send the token that the text asks for as `Authorization: Bearer <token>`.',
  },
  notFound: {
    code: 'not-found',
    statuses: [404],
    title: 'Not found',
    advice: 'Look at the address: there is nothing, or not yet.',
  },
  methodNotAllowed: {
    code: 'method-not-allowed',
    statuses: [405],
    title: 'Method not allowed',
    advice: 'Use one of the methods that `Allow` lists.',
  },
  notAcceptable: {
    code: 'not-acceptable',
    statuses: [406],
    title: 'No such representation',
    advice: 'Leave `Accept` out, or let it admit what the text names. Nothing was written.',
  },
  bodyTooLarge: {
    code: 'body-too-large',
    statuses: [413],
    title: 'The body is too large',
    advice: 'The text says how large it may be. Nothing was written.',
  },
  unsupportedMediaType: {
    code: 'unsupported-media-type',
    statuses: [415],
    title: 'Unsupported media type',
    advice: 'Send `Content-Type: application/json`, without `Content-Encoding`.',
  },
  invalidBody: {
    code: 'invalid-body',
    statuses: [422],
    title: 'The body breaks the schema',
    advice: '`errors` says what is wrong with each field, and points at it. Nothing was written.',
  },
  notReady: {
    code: 'not-ready',
    statuses: [503],
    title: 'Not ready',
    advice: 'The text says why. Nothing was written or decided: try again after `Retry-After`.',
  },
  internal: {
    code: 'internal',
    statuses: [500],
    title: 'Internal error',
    advice: 'A bug, or a failing machine: the log of the service says more.',
  },
} as const satisfies Record<string, ProblemType>;
