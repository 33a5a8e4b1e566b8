import type { EpochMs, Sequence } from '../../outbox/types.js';
import type { ConfiguredDestinations, DecisionKind, DestinationChange, ServedDestination } from '../types.js';
import type { DecisionStore } from './decision-store.js';
import type { DestinationStore } from './destination-store.js';

export interface EnterDestinationsOptions {
  readonly store: DestinationStore;
  /** Where changes are put on record; undefined for a database that is new: its first destinations were there from the start. */
  readonly decisions: DecisionStore | undefined;
  readonly configured: ConfiguredDestinations;
  /** End of the log. */
  readonly durable: Sequence;
  /** What one that is new, and says nothing of where it begins, is not owed. */
  readonly startAfter: Sequence;
  /** Entries up to here are not known any more, so that nobody can be sent them. */
  readonly unknownBefore: Sequence;
  /** The first purchase above the mark whose customer was told that this destination gets it. */
  readonly firstPromisedTo: (name: string) => Sequence | undefined;
  readonly now: EpochMs;
}

/**
 * Brings the destinations on record in line with those that are configured, and says what has changed and what does not fit.
 * Runs inside the caller's transaction.
 *
 * 1. A name that was never seen begins where its configuration says, or at the end. What it says of that is not looked at again:
 *    a restart must not send everything anew. One that was promised purchases all the same is unknown to an older copy of the
 *    database: it begins with those, where it would begin later.
 * 2. Only an explicit word ends what a destination is owed. One that is left out may be misspelt: it stays as it is, and the mark
 *    waits for it.
 * 3. One that was removed and is configured again goes on where it stood.
 */
export function enterDestinations(options: EnterDestinationsOptions): DestinationChange[] {
  const { store, decisions, configured, now } = options;
  const decide = (what: DecisionKind, destination: string) => {
    decisions?.record({ what, destination, at: now, why: 'DESTINATIONS says so' });
  };
  const recorded = new Map(store.all().map((destination) => [destination.name, destination]));
  const changes: DestinationChange[] = [];
  for (const served of configured.served) {
    const known = recorded.get(served.name);
    if (!known) changes.push(add(served, options)); // 1
    if (known?.removed) changes.push(restore(served, known.cursor, options)); // 3
    if (known?.removed !== false) decide(known ? 'restore' : 'add', served.name);
    recorded.delete(served.name);
  }
  for (const name of configured.removed) {
    const known = recorded.get(name);
    if (known?.removed === false) {
      store.remove(name, now);
      decide('remove', name);
    }
    if (known?.removed !== true) changes.push({ name, what: known ? 'removed' : 'never-known' });
    recorded.delete(name);
  }
  for (const { name, removed } of recorded.values()) if (!removed) changes.push({ name, what: 'missing' }); // 2
  return changes;
}

function add(served: ServedDestination, options: EnterDestinationsOptions): DestinationChange {
  const { store, durable, startAfter, unknownBefore } = options;
  const { name, from = 'end', backfillRatePerSecond } = served;
  const asConfigured = from === 'end' ? startAfter : Math.max(from - 1, unknownBefore);
  const after = Math.min(asConfigured, (options.firstPromisedTo(name) ?? Infinity) - 1) as Sequence;
  // Where it says nothing, the little there may be is not a backfill.
  const catchUpRate = from !== 'end' && after < durable ? backfillRatePerSecond : undefined;
  store.add(name, after, catchUpRate);
  return { name, what: 'added', owedFrom: (after + 1) as Sequence };
}

function restore(served: ServedDestination, cursor: Sequence, options: EnterDestinationsOptions): DestinationChange {
  const { store, durable } = options;
  const { name, backfillRatePerSecond } = served;
  store.restore(name);
  if (cursor < durable) store.setCatchUpRate(name, backfillRatePerSecond ?? null);
  return { name, what: 'restored', owedFrom: (cursor + 1) as Sequence };
}
