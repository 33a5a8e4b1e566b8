import type { ProblemType } from '../http/index.js';

/** The kinds of failure that only the project's own receivers answer with; those of every receiver are the kit's. */
export const receiverProblemTypes = {
  injectedFault: {
    code: 'injected-fault',
    statuses: [503],
    title: 'Injected fault',
    advice: 'It was ordered with `PUT /faults`, which also says with what status; order none, and it ends.',
  },
} as const satisfies Record<string, ProblemType>;
