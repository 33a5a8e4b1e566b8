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
  for (const routes of routesByRouter(app.router)) {
    for (const route of routes) {
      // A path may have been given its methods in several places.
      const methods = methodsOf(routes.filter(({ path }) => path === route.path));
      for (const method of methods) all.add(method);
      const produced = producedBy(route.stack.map(({ handle }) => handle as RequestHandler));
      route.all(guard({ own: methodsOf([route]), methods, produced }));
      // Express appends it; it has to come first.
      route.stack.unshift(...route.stack.splice(-1));
    }
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

interface Guarded {
  readonly own: readonly string[];
  /** Those of all routes with this path. */
  readonly methods: readonly string[];
  readonly produced: readonly string[] | undefined;
}

function guard({ own, methods, produced }: Guarded): RequestHandler {
  const known = new Set(own);
  const elsewhere = new Set(methods);
  const allow = methods.join(', ');
  return (request, response, next) => {
    const { method } = request;
    if (known.has(method)) {
      if (!produced || isProduced(request, produced)) next();
      else sendProblem(response, problems.notAcceptable(produced));
    } else if (elsewhere.has(method)) {
      next('route');
    } else if (method === 'OPTIONS') {
      response.status(204).set('Allow', allow).end();
    } else {
      sendProblem(response, problems.methodNotAllowed(methods));
    }
  };
}

/** Express answers HEAD wherever there is a GET. OPTIONS goes without saying: it is how one has come to read the list. */
function methodsOf(routes: readonly IRoute[]): string[] {
  // What was there for all methods is a guard of this file.
  const handlers = routes
    .flatMap(({ stack }) => stack)
    .filter(({ method }) => (method as string | undefined) !== undefined);
  const methods = new Set(handlers.map(({ method }) => method.toUpperCase()));
  if (methods.has('GET')) methods.add('HEAD');
  return [...methods].sort();
}

/** The routes of each router, those of routers in routers too. */
function routesByRouter(router: Router): IRoute[][] {
  const routes = router.stack.flatMap(({ route }) => route ?? []);
  const inner = router.stack.flatMap(({ handle }) => ('stack' in handle ? routesByRouter(handle as Router) : []));
  return [routes, ...inner];
}
