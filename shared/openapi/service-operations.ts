import { z } from 'zod';

import { docsPath } from './document-routes.js';
import type { Header, Operation } from './types.js';

/** The tag of what every service has. */
export const serviceTag = { name: 'The service itself', description: 'Its health, its figures, its documents.' };

const tag = serviceTag.name;

const cached: Readonly<Record<string, Header>> = {
  ETag: { description: 'Changes when the document does.', required: true, schema: z.string() },
  'Cache-Control': {
    description: '`no-cache`: ask each time, with `If-None-Match`.',
    required: true,
    schema: z.string(),
  },
};

const unchanged = { status: 304, description: 'It is what `If-None-Match` says.', headers: cached };

/** What every service has. */
export const serviceOperations: readonly Operation[] = [
  {
    ...{ method: 'get', path: '/healthz', id: 'isAlive', tag, access: 'open' },
    summary: 'Whether the process is alive.',
    producesAnyway: true,
    answers: [
      {
        status: 200,
        description: 'It is.',
        schema: z.object({ status: z.literal('alive') }).meta({ id: 'Alive' }),
        example: { status: 'alive' },
      },
    ],
  },
  {
    ...{ method: 'get', path: '/readyz', id: 'isReady', tag, access: 'open' },
    summary: 'Whether the service can do its work now; a 503 says why not.',
    producesAnyway: true,
    answers: [
      {
        status: 200,
        description: 'It can.',
        schema: z.object({ status: z.literal('ready') }).meta({ id: 'Ready' }),
        example: { status: 'ready' },
      },
    ],
  },
  {
    ...{ method: 'get', path: '/metrics', id: 'readMetrics', tag, access: 'open' },
    summary: 'Figures for Prometheus.',
    answers: [
      { status: 200, description: 'In the Prometheus text format.', mediaType: 'text/plain', schema: z.string() },
    ],
  },
  {
    ...{ method: 'get', path: '/openapi.json', id: 'readOpenApi', tag, access: 'open' },
    summary: 'This interface, for programs: OpenAPI 3.1.',
    answers: [
      { status: 200, description: 'The document.', headers: cached, schema: z.looseObject({ openapi: z.string() }) },
      unchanged,
    ],
  },
  {
    ...{ method: 'get', path: docsPath, id: 'readDocs', tag, access: 'open' },
    summary: 'This interface, for people, with every kind of failure explained.',
    answers: [
      { status: 200, description: 'The page.', mediaType: 'text/html', headers: cached, schema: z.string() },
      unchanged,
    ],
  },
];
