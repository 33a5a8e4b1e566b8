import { z } from 'zod';

import { problemTypes } from '../../../shared/http/index.js';
import { integerParameter } from '../../../shared/openapi/describe.js';
import type { Parameter } from '../../../shared/openapi/index.js';
import { deliveryStateSchema } from '../answers/delivery-answers.js';
import { sequenceBounds } from '../read-query.js';

const example = 'finance';

/** Which destination, in a path. */
export const destinationInPath = (name: string): Parameter => ({
  ...{ in: 'path', name, schema: z.string(), example },
  description: 'Name of a destination.',
});

/** Which destination, in a query. */
export const destinationInQuery: Parameter = {
  ...{ in: 'query', name: 'destination', schema: z.string(), example },
  description: 'Only at this destination; one that was removed is known, too.',
  refusedAs: problemTypes.invalidParameter,
};

export const stateInQuery: Parameter = {
  ...{ in: 'query', name: 'state', schema: deliveryStateSchema, example: 'parked' },
  description: 'Only those in this state.',
  refusedAs: problemTypes.invalidParameter,
};

/** Which purchase. */
export const sequenceIn = (place: 'path' | 'query', description: string): Parameter =>
  integerParameter(place, 'sequence', sequenceBounds, { description, example: 1 });
