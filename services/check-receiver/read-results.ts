import type { ReceiverAnswer } from './types.js';

/** What is answered for one event of a batch; null and empty where it is not said. */
export interface Result {
  readonly id: string | null;
  readonly status: string;
}

/** The results in the answer to a batch; undefined if it is not `{"results":[…]}`. */
export function readResults(answer: ReceiverAnswer): Result[] | undefined {
  const { json } = answer as { json?: { results?: unknown } | null };
  const results = json?.results;
  if (!Array.isArray(results)) return undefined;
  return (results as ({ id?: unknown; status?: unknown } | null)[]).map((result) => ({
    id: typeof result?.id === 'string' ? result.id : null,
    status: typeof result?.status === 'string' ? result.status : '',
  }));
}
