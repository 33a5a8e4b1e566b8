import { known } from '../support/memory-log.js';
import type { LogExpectation } from '../../shared/wal/types.js';

/** What customers had been told at one moment, and what was on its way. All payloads are different. */
export interface Told {
  /** Payload of entry n at n − 1: acknowledged, or found by an opening, which makes it as good. */
  readonly acknowledged: readonly string[];
  /** Batches without an answer, oldest first. */
  readonly unanswered: readonly (readonly string[])[];
  /** Every entry up to here may have been pruned: the mark is durable. */
  readonly mark: number;
}

export const nothingTold: Told = { acknowledged: [], unanswered: [], mark: 0 };

/** What the database beside the log may know of it at that moment: as little as it can, or all of it. */
export const knowledge: Readonly<Record<'least' | 'most', (told: Told) => LogExpectation>> = {
  least: ({ mark }) => known(mark, mark),
  most: ({ acknowledged, mark }) => known(acknowledged.length, mark),
};

/**
 * Holds the entries that were found against what was told: every acknowledged one is there, byte for byte, in order, once;
 * behind them may be batches without an answer, whole, none without those before it; and nothing else.
 *
 * @param first sequence of the first entry found
 * @returns what is wrong, undefined if nothing is
 */
export function broken({ acknowledged, unanswered, mark }: Told, first: number, found: readonly string[]) {
  if (first > mark + 1) return `begins with entry ${first}, but only ${mark} may have been pruned`;
  const ends = unanswered.map((_, index) => unanswered.slice(0, index + 1).flat());
  const allowed = [[], ...ends].map((more) => [...acknowledged, ...more].slice(first - 1));
  if (allowed.some((payloads) => payloads.join() === found.join())) return undefined;
  return `holds ${show(found)} from entry ${first} on, where ${show(acknowledged)} was acknowledged and ${show(unanswered.flat())} was on its way`;
}

function show(payloads: readonly string[]): string {
  return `[${payloads.map((payload) => (payload.length > 12 ? `${payload.slice(0, 12)}…` : payload)).join(' ')}]`;
}
