import type { Request, RequestHandler } from 'express';

const json = ['application/json', 'application/problem+json'];
const welcome = new Set([undefined, '', '*/*', 'application/json']);

/** What a route says of itself with a handler that does nothing. */
interface Declaration extends RequestHandler {
  readonly produced?: readonly string[] | 'anyway';
}

const declare = (produced: readonly string[] | 'anyway'): RequestHandler =>
  Object.assign<RequestHandler, Declaration>(
    (_request, _response, next) => {
      next();
    },
    { produced } as Declaration,
  );

/** Among the handlers of a route: it answers in one of these media types. A route without such a word answers in JSON. */
export function produces(...mediaTypes: readonly string[]): RequestHandler {
  return declare(mediaTypes);
}

/**
 * Among the handlers of a route: it answers what it answers, whatever `Accept` says, as RFC 9110 allows. For routes where a
 * refusal would do more harm than another format: what watches over a service must not take it for dead.
 */
export function producesAnyway(): RequestHandler {
  return declare('anyway');
}

/** What a route with these handlers answers in; undefined: it does not matter. */
export function producedBy(handlers: readonly Declaration[]): readonly string[] | undefined {
  const produced = handlers.find((handler) => handler.produced !== undefined)?.produced ?? json;
  return produced === 'anyway' ? undefined : produced;
}

/** Whether `Accept` admits one of them. */
export function isProduced(request: Request, mediaTypes: readonly string[]): boolean {
  const { accept } = request.headers;
  if (mediaTypes === json && welcome.has(accept)) return true;
  return !accept || request.accepts([...mediaTypes]) !== false;
}
