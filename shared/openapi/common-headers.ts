import { z } from 'zod';

import type { Header } from './types.js';

/** Of every answer. */
export const ofEveryAnswer: Readonly<Record<string, Header>> = {
  'X-Request-Id': {
    description: 'Names this request in the log of the service: quote it when you ask what happened.',
    schema: z.string(),
  },
  'Cache-Control': {
    description: '`no-store` where nothing else is said: no cache on the way keeps the answer.',
    schema: z.string(),
  },
};

/** Of every problem, but for those of a request that could not be read as HTTP. */
export const ofEveryProblem: Readonly<Record<string, Header>> = {
  Link: {
    description: 'Of a problem: where its kind of failure is explained, `rel="describedby"`.',
    schema: z.string(),
  },
};
