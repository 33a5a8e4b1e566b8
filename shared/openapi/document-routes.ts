import { Router } from 'express';

import { produces } from '../http/index.js';

import type { DocumentHandlers } from './load-documents.js';
import type { ServiceDescription } from './types.js';

/** Where a service explains itself to people. */
export const docsPath = '/docs';

/**
 * `GET /openapi.json` for programs, `GET /docs` for people. The documents are made when they are first asked for: until then neither
 * they nor the modules that make them cost a service anything. Whoever asks meanwhile waits for the same making. One that
 * failed is not kept: the next request makes them anew. Only a module's file that could not be read stays missing until the process
 * starts again, for Node.js keeps that it failed.
 */
export function documentRoutes(describe: () => Promise<ServiceDescription>): Router {
  let loading: Promise<DocumentHandlers> | undefined;
  const load = async () => {
    try {
      const [{ loadDocuments }, service] = await Promise.all([import('./load-documents.js'), describe()]);
      return loadDocuments(service);
    } catch (error) {
      loading = undefined;
      throw error;
    }
  };
  const handlers = () => (loading ??= load());
  const router = Router();
  router
    .route('/openapi.json')
    .get(async (request, response, next) => (await handlers()).openapi(request, response, next));
  router.route(docsPath).get(
    produces('text/html'),
    async (request, response, next) => (await handlers()).headers(request, response, next),
    async (request, response, next) => (await handlers()).page(request, response, next),
  );
  return router;
}
