import type { Response } from 'express';
import { z } from 'zod';

import {
  createApp,
  jsonBody,
  listen,
  notesOf,
  parseBody,
  produces,
  type ServerLimits,
} from '../../shared/http/index.js';

export const bodyBytesMax = 1000;
const schema = z.strictObject({ name: z.string('must be a string'), inner: z.strictObject({}).optional() });

/** The edge as services have it, in front of an app that does little. */
export async function openEdge(limits: Partial<ServerLimits> = {}) {
  const logged: object[] = [];
  /** Names that were taken, in order. */
  const taken: string[] = [];
  /** Answers that are owed: of `POST /held`. */
  const held: Response[] = [];
  /** Answers of `GET /large`, those that the client did not live to read, and those begun when it was gone already. */
  const large = { begun: 0, cut: 0, inVain: 0 };
  const app = createApp({ error: (fields) => logged.push(fields) }, (routes) => {
    routes.route('/things').post(...jsonBody(bodyBytesMax), (request, response) => {
      const { name } = parseBody(schema, request.body);
      taken.push(name);
      response.status(201).json({ name });
    });
    routes.route('/held').post(...jsonBody(bodyBytesMax), (_request, response) => {
      held.push(response);
    });
    routes.route('/things/:id').get((request, response) => {
      response.json({ id: request.params.id.length, taken });
    });
    routes.route('/large').get((request, response) => {
      large.begun += 1;
      if (request.socket.destroyed) large.inVain += 1;
      response.once('close', () => {
        if (!response.writableFinished || notesOf(response).cut) large.cut += 1;
      });
      response.json({ large: 'x'.repeat(4 * 1024 * 1024) });
    });
    routes.route('/text').get(produces('text/plain'), (_request, response) => {
      response.type('text/plain').send('text');
    });
  });
  const server = await listen(app, { host: '127.0.0.1', port: 0, limits });
  const stop = (deadlineMs: number) => server.stop(deadlineMs);
  return { port: server.port, logged, taken, held, large, stop, close: () => stop(0) };
}
