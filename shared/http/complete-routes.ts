import type { Express, IRoute, RequestHandler, Router } from 'express';

import { sendProblem } from './handle-errors.js';
import { problems } from './problems.js';
import { isProduced, producedBy } from './produces.js';

/**
 * Puts in front of each route of an app what every route must do alike: answer OPTIONS with 204 and its methods, other
 * methods that it does not have with 405, and a request whose `Accept` excludes what it produces with 406; all with the methods
 * that it has, so that no route lists them again. `OPTIONS *` gets those of all routes together.
 */
export function completeRoutes(app: Express): void {
  const all = new Set<string>();
  for (const route of routesOf(app.router)) {
    const methods = methodsOf(route);
    for (const method of methods) all.add(method);
    route.all(guard(methods, producedBy(route.stack.map(({ handle }) => handle as RequestHandler))));
    // Express appends it; it has to come first.
    route.stack.unshift(...route.stack.splice(-1));
  }
  app.use((request, response, next) => {
    if (request.url === '*')
      response
        .status(204)
        .set('Allow', [...all].sort().join(', '))
        .end();
    else next();
  });
}

function guard(methods: readonly string[], produced: readonly string[] | undefined): RequestHandler {
  const known = new Set(methods);
  const allow = methods.join(', ');
  return (request, response, next) => {
    if (request.method === 'OPTIONS') response.status(204).set('Allow', allow).end();
    else if (!known.has(request.method)) sendProblem(response, problems.methodNotAllowed(methods));
    else if (produced && !isProduced(request, produced)) sendProblem(response, problems.notAcceptable(produced));
    else next();
  };
}

/** Express answers HEAD wherever there is a GET. OPTIONS goes without saying: it is how one has come to read the list. */
function methodsOf(route: IRoute): string[] {
  const methods = new Set(route.stack.map(({ method }) => method.toUpperCase()));
  if (methods.has('GET')) methods.add('HEAD');
  return [...methods].sort();
}

function routesOf(router: Router): IRoute[] {
  return router.stack.flatMap(({ route, handle }) => {
    if (route) return [route];
    return 'stack' in handle ? routesOf(handle as Router) : [];
  });
}
