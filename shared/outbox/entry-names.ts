import type { Sequence } from './types.js';

/** What an entry is known by, as far as its lane has it. */
export interface NamedEntry {
  readonly sequence: Sequence;
  readonly id: string | undefined;
  readonly traceId: string | undefined;
}

/** The fields of a line in the log that is about an entry. */
export function namesOf({ sequence, id, traceId }: NamedEntry): object {
  return { sequence, ...(id !== undefined && { id }), ...(traceId !== undefined && { traceId }) };
}
