import type { Express } from 'express';

/** One path that an app answers at. */
export interface FoundRoute {
  readonly path: string;
  /** In capitals; with HEAD where there is GET, as Express answers it. */
  readonly methods: readonly string[];
}

/** As much as is looked at of Express's own structure. */
interface Layer {
  readonly route?: { readonly path: string; readonly stack: readonly { readonly method?: string }[] };
  readonly handle: { readonly stack?: readonly Layer[] };
}

/** Every route of an app, also of the routers in it, which must stand at its root. @throws if there is none */
export function routesOf(app: Express): FoundRoute[] {
  const routes = found((app.router as unknown as { stack: readonly Layer[] }).stack);
  if (routes.length === 0) throw new Error('the app has no routes, or Express keeps them elsewhere now');
  return routes;
}

function found(stack: readonly Layer[]): FoundRoute[] {
  return stack.flatMap(({ route, handle }) => {
    if (!route) return found(handle.stack ?? []);
    const methods = new Set(route.stack.flatMap(({ method }) => (method === undefined ? [] : [method.toUpperCase()])));
    if (methods.has('GET')) methods.add('HEAD');
    return [{ path: route.path, methods: [...methods] }];
  });
}
