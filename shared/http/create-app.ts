import express, { type Express } from 'express';

import { completeRoutes } from './complete-routes.js';
import { handleErrors, notFound, type ErrorLog } from './handle-errors.js';
import { takeTrace } from './trace-context.js';

/** An Express app with the settings all services share: `routes` adds the service's own, errors are answered as problems. */
export function createApp(log: ErrorLog, routes: (app: Express) => void): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', 'simple');
  app.use(takeTrace);
  routes(app);
  completeRoutes(app);
  app.use(notFound);
  app.use(handleErrors(log));
  return app;
}
