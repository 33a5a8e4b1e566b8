import type { ErrorRequestHandler, Express, RequestHandler, Response } from 'express';

import { Problem } from './problem.js';
import { problems } from './problems.js';

/** What the error handler needs to say of failures that no route foresaw. */
export interface ErrorLog {
  error(fields: object, message: string): void;
}

/** The app's setting that says where problems are explained to people. */
const explainedAt = 'problems explained at';

/** From now on, problems that the app answers with say where on its page at `path` their type is explained. */
export function explainProblemsAt(app: Express, path: string): void {
  app.set(explainedAt, path);
}

/** Sends an answer that is an error. */
export function sendProblem(response: Response, problem: Problem): void {
  const page: unknown = response.app.get(explainedAt);
  if (typeof page === 'string') {
    response.append('Link', `<${page}#problem-${problem.code}>; rel="describedby"; type="text/html"`);
  }
  response.status(problem.status).set(problem.headers).type('application/problem+json').send(JSON.stringify(problem));
}

/** For a path that no route has. */
export const notFound: RequestHandler = (_request, response) => {
  sendProblem(response, problems.notFound('There is nothing at this address.'));
};

/** For the methods that a route does not have: last handler of `app.route(path)`. */
export function methodNotAllowed(...allowed: string[]): RequestHandler {
  return (request, response) => {
    sendProblem(response, problems.methodNotAllowed(request.method, allowed));
  };
}

/** Turns whatever a route threw into problem+json; what nobody foresaw is logged and answered as 500 without details. */
export function handleErrors(log: ErrorLog): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    const problem = toProblem(error);
    if (problem.code === 'internal')
      log.error({ err: error, method: request.method, path: request.path }, 'a request failed');
    sendProblem(response, problem);
  };
}

/** As body-parser and the router throw them. */
interface HttpError extends Error {
  readonly status: number;
  readonly type?: string;
  readonly limit?: number;
}

function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (!isHttpError(error)) return problems.internal(error);
  switch (error.type) {
    case 'entity.parse.failed':
      return problems.malformedJson('The body could not be parsed as JSON.');
    case 'entity.too.large':
      return problems.bodyTooLarge(error.limit ?? 0);
    case 'encoding.unsupported':
    case 'charset.unsupported':
      return problems.unsupportedMediaType('Send the body as UTF-8, without content encoding.');
    default:
      return problems.malformedRequest(error.status, 'The request could not be read; check its address and headers.');
  }
}

function isHttpError(error: unknown): error is HttpError {
  return error instanceof Error && 'status' in error && typeof error.status === 'number' && error.status < 500;
}
