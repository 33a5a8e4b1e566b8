import { Problem } from '../http/index.js';

import { receiverProblemTypes } from './receiver-problem-types.js';

/** The problems that only the project's own receivers answer with; those of every receiver are the kit's. */
export const receiverProblems = {
  injectedFault: (status: number, headers: Readonly<Record<string, string>>) =>
    new Problem(receiverProblemTypes.injectedFault, {
      status,
      detail: 'This failure was ordered with PUT /faults; the delivery was not looked at.',
      headers,
    }),
};
