import { Problem } from '../http/index.js';

/** The problems that only the project's own receivers answer with; those of every receiver are the kit's. */
export const receiverProblems = {
  injectedFault: (status: number, headers: Readonly<Record<string, string>>) =>
    new Problem({
      code: 'injected-fault',
      status,
      title: 'Injected fault',
      detail: 'This failure was ordered with PUT /faults; the delivery was not looked at.',
      headers,
    }),
};
