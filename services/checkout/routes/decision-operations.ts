import { pageParameters } from '../../../shared/openapi/describe.js';
import type { Operation } from '../../../shared/openapi/index.js';
import { decisionListSchema } from '../answers/delivery-answers.js';
import { destinationInQuery, sequenceIn } from './delivery-parameters.js';

/** What `decisionRoutes` does. */
export const decisionOperations: readonly Operation[] = [
  {
    ...{ method: 'get', path: '/decisions', id: 'listDecisions', tag: 'Deciding', access: 'admin' },
    summary: 'Lists what people decided, oldest first.',
    parameters: [
      destinationInQuery,
      sequenceIn('query', 'Only about this purchase; needs a `destination`.'),
      ...pageParameters('number'),
    ],
    answers: [
      {
        status: 200,
        description: 'A page of them.',
        schema: decisionListSchema,
        example: {
          decisions: [
            {
              ...{ number: 7, at: '2026-11-23T07:21:31.500Z', what: 'discard', destination: 'finance', sequence: 1 },
              ...{ why: 'refunded by hand, case 17', before: 'parked after 1 attempt: 422 Unprocessable Entity' },
            },
          ],
        },
      },
    ],
  },
];
