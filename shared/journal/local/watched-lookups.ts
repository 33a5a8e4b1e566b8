import { isStorageFailure } from '../../sqlite/index.js';
import type { KeyLookup } from './key-lookup.js';
import type { LookupStore } from './lookup-store.js';

/** What can be looked up in the database. */
export type Lookups = Pick<LookupStore, keyof LookupStore> & Pick<KeyLookup, 'byKey'>;

/**
 * Look-ups that say when the database can no longer be trusted. Without, each request that meets the damage would be answered
 * as a bug, for ever, while the mark that steers the pruning is read from the same file.
 */
export function watchedLookups(store: LookupStore, keys: KeyLookup, onFailed: (error: unknown) => void): Lookups {
  const watched =
    <Args extends unknown[], Result>(look: (...args: Args) => Result) =>
    (...args: Args): Result => {
      try {
        return look(...args);
      } catch (error) {
        if (isStorageFailure(error)) onFailed(error);
        throw error;
      }
    };
  return {
    byId: watched((id) => store.byId(id)),
    highestId: watched(() => store.highestId()),
    byKey: watched((key) => keys.byKey(key)),
    purchasesAfter: watched((after, limit) => store.purchasesAfter(after, limit)),
    deliveriesOf: watched((sequence) => store.deliveriesOf(sequence)),
    deliveries: watched((query) => store.deliveries(query)),
    decisions: watched((query) => store.decisions(query)),
    lowWaterMark: watched(() => store.lowWaterMark()),
    mark: watched(() => store.mark()),
    owed: watched(() => store.owed()),
    destinations: watched((durable) => store.destinations(durable)),
  };
}
