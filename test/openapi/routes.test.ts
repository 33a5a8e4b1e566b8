import { describe, expect, it } from '@jest/globals';
import type { Express } from 'express';

import { describedServices } from '../support/described-services.js';
import { operationsOf } from '../support/document-parts.js';

/** As the router of Express 5 keeps what it was given: routes, routers within it, and apps within apps. */
interface Layer {
  readonly route?: { readonly path: string; readonly stack: readonly { readonly method?: string }[] };
  readonly handle: { readonly stack?: readonly Layer[]; readonly router?: { readonly stack: readonly Layer[] } };
}

function routesOf(layers: readonly Layer[]): string[] {
  return layers.flatMap(({ route, handle }) => {
    if (!route) return routesOf(handle.stack ?? handle.router?.stack ?? []);
    // What is for every method says which methods there are.
    const methods = route.stack.flatMap(({ method }) => method ?? []);
    return [...new Set(methods)].map((method) => `${method} ${route.path.replace(/:(\w+)/g, '{$1}')}`);
  });
}

describe.each(describedServices.map((service) => [service.title, service] as const))('%s', (_title, service) => {
  it('describes every method of every route, and no other, or a client would miss one or call one in vain', async () => {
    const opened = await service.open();
    const routes = routesOf((opened.app as Express & { router: { stack: Layer[] } }).router.stack);
    const described = operationsOf(service.document).map(({ method, path }) => `${method} ${path}`);
    expect(described.sort()).toEqual(routes.sort());
    await opened.close();
  });

  it('has an id of its own for each operation', () => {
    const ids = operationsOf(service.document).map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
