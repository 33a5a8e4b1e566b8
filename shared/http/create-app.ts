import express, { type Express, type RequestHandler } from 'express';

import { completeRoutes } from './complete-routes.js';
import { handleErrors, notFound, type ErrorLog } from './handle-errors.js';
import { takeTrace } from './trace-context.js';

/** An Express app with the settings all services share: `routes` adds the service's own, errors are answered as problems. */
export function createApp(log: ErrorLog, routes: (app: Express) => void): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', 'simple');
  app.use(storeNothing);
  app.use(takeTrace);
  routes(app);
  completeRoutes(app);
  app.use(notFound);
  app.use(handleErrors(log));
  return app;
}

/** Answers are of the moment, and some of customers: no cache on the way keeps them, unless a route says otherwise. */
const storeNothing: RequestHandler = (_request, response, next) => {
  response.setHeader('Cache-Control', 'no-store');
  next();
};
