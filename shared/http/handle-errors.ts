import type { ErrorRequestHandler, Express, Request, RequestHandler, Response } from 'express';

import { Problem } from './problem.js';
import { problems } from './problems.js';
import { notesOf, routePattern } from './request-notes.js';
import { explainedAt, leavesMuchUnread, problemHeaders } from './write-problem.js';

/** What the error handler needs to say of failures that no route foresaw. */
export interface ErrorLog {
  error(fields: object, message: string): void;
}

/** The app's setting that says where problems are explained to people. */
const explanations = 'problems explained at';

/** From now on, problems that the app answers with say where on its page at `path` their type is explained. */
export function explainProblemsAt(app: Express, path: string): void {
  app.set(explanations, path);
}

/** Sends an answer that is an error; the connection ends with it if much of the request has not come yet. */
export function sendProblem(response: Response, problem: Problem): void {
  if (response.headersSent) {
    // An answer that was begun cannot become another: being cut off tells the client that it is not whole.
    if (!response.writableEnded) response.destroy();
    return;
  }
  notesOf(response).problem = problem.code;
  const page: unknown = response.app.get(explanations);
  if (typeof page === 'string') response.set('Link', explainedAt(page, problem));
  if (leavesMuchUnread(response.req)) response.set('Connection', 'close');
  response.status(problem.status).set(problem.headers).set(problemHeaders).send(JSON.stringify(problem));
}

/** For a path that no route has. */
export const notFound: RequestHandler = (_request, response) => {
  sendProblem(response, problems.notFound('There is nothing at this address.'));
};

/** Turns whatever a route threw into problem+json; what nobody foresaw is logged and answered as 500 without details. */
export function handleErrors(log: ErrorLog): ErrorRequestHandler {
  // Express knows an error handler by its four parameters.
  return (error: unknown, request, response, _next) => {
    const problem = toProblem(error);
    if (problem.code === 'internal') log.error({ ...failed(request, response), err: error }, 'a request failed');
    sendProblem(response, problem);
  };
}

/** Not the address as it was sent: it may speak of a customer. */
function failed(request: Request, response: Response): object {
  const { requestId } = notesOf(response);
  return { ...(requestId !== undefined && { requestId }), method: request.method, route: routePattern(request) };
}

function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  // As the router throws it, for an address that cannot be decoded.
  if (error instanceof URIError && 'status' in error)
    return problems.malformedRequest(400, 'The address cannot be decoded.');
  return problems.internal(error);
}
