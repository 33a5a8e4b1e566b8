import type { Sequence } from '../outbox/types.js';
import type { DatabaseFigures } from '../sqlite/index.js';
import type { CommittedBatch } from '../wal/index.js';

/** Figures of an engine with a log and a database of its own, of which none costs more than a look at a file. */
export interface JournalFigures {
  /** Appends that wait to be durable, and what they take in the log. */
  readonly pendingEntries: number;
  readonly pendingBytes: number;
  /** Last entry that the database holds, so that it can be delivered. */
  readonly projectedSequence: Sequence;
  /** Segments that got a successor, and such that were removed, since the journal was opened. */
  readonly rolledSegments: number;
  readonly prunedSegments: number;
  readonly database: DatabaseFigures;
}

/** Hears what the log takes. */
export interface JournalObserver {
  /** A purchase is durable, so long after it was handed in. */
  appended(ms: number): void;
  /** A batch of them is. */
  committed(batch: CommittedBatch): void;
}
