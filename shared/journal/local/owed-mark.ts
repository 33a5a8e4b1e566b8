import { lowWaterMark } from '../../outbox/low-water-mark.js';
import type { EpochMs, Sequence } from '../../outbox/types.js';
import type { LogIdentity } from '../../wal/index.js';
import type { ConfiguredDestinations, DestinationChange } from '../types.js';
import { enterDestinations } from './enter-destinations.js';
import type { Stores } from './stores.js';

/** What the log and the database have in common when they meet. */
export interface Meeting {
  readonly identity: LogIdentity;
  /** First entry that the log holds, and the last. */
  readonly first: Sequence;
  readonly durable: Sequence;
  /** What a destination that is new, and says nothing of where it begins, is not owed. */
  readonly startAfter: Sequence;
  /** The database never saw a log. */
  readonly isNew: boolean;
}

/**
 * Knows whom purchases are owed to, and keeps the low-water mark below whatever one of those has not finished. Its calls run
 * inside the caller's transaction.
 *
 * It never falls: what was passed and is delivered again lies below it, and it stands until that is finished again.
 *
 * Owed is what is on record and not removed, whether it is configured or not: who is left out by mistake holds the mark.
 */
export class OwedMark {
  readonly #stores: Pick<Stores, 'projections' | 'deliveries' | 'destinations' | 'decisions'>;
  #owedTo: readonly string[] = [];
  #unowedUpTo = 0;

  constructor(stores: Pick<Stores, 'projections' | 'deliveries' | 'destinations' | 'decisions'>) {
    this.#stores = stores;
  }

  /** Nobody settles an entry up to here, so nothing but the projection moves the mark over it. */
  get unowedUpTo(): number {
    return this.#unowedUpTo;
  }

  /**
   * Brings the destinations on record in line with those that are configured, and raises the mark. A database that is new takes
   * the log in the same breath: after a kill in between it would not look new any more.
   */
  enter(configured: ConfiguredDestinations, meeting: Meeting): DestinationChange[] {
    const { identity, first, durable, startAfter, isNew } = meeting;
    const { projections, destinations: store, decisions } = this.#stores;
    if (isNew) projections.adopt(identity, first);
    const changes = enterDestinations({
      ...{ store, configured, durable, startAfter },
      decisions: isNew ? undefined : decisions,
      unknownBefore: projections.unknownBefore(),
      firstPromisedTo: (name) => projections.firstPromisedTo(name, projections.logState().lowWaterMark),
      now: Date.now() as EpochMs,
    });
    this.#owedTo = store.owed();
    this.#unowedUpTo = store.unowedUpTo();
    // With the rest: a mark that a kill left behind would say that the beginning of the log had never been pruned.
    this.raise();
    return changes;
  }

  /** Moves the mark as far as it may go, and returns where it stands. */
  raise(): Sequence {
    const { projections, deliveries } = this.#stores;
    const { projected } = projections.logState();
    projections.raiseMark(
      lowWaterMark(
        projected,
        this.#owedTo.map((name) => deliveries.progress(name)),
      ),
    );
    return projections.logState().lowWaterMark;
  }
}
