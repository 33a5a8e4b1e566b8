import { describe, expect, it } from '@jest/globals';

import { DeliveryStore } from '../../../shared/journal/local/delivery-store.js';
import { DestinationStore } from '../../../shared/journal/local/destination-store.js';
import type { EpochMs, Outcome, Sequence } from '../../../shared/journal/types.js';
import { journalDatabase } from '../../support/journal-database.js';
import { confirmed, discarded, held, parked, retrying, withKey } from '../../support/sample-outcome.js';
import { temporaryDirectories } from '../../support/temporary-directory.js';

const newDirectory = temporaryDirectories();
const sequence = (number: number) => number as Sequence;

/** A store that holds the warehouse, which owes what comes after entry 2. */
function withStore(
  check: (store: DeliveryStore, finished: () => number, destinations: DestinationStore) => void,
): void {
  const database = journalDatabase(newDirectory());
  const finished = database.prepare<[], number>("SELECT finished FROM destinations WHERE name = 'warehouse'").pluck();
  try {
    const store = new DeliveryStore(database);
    const destinations = new DestinationStore(database);
    destinations.add('warehouse', sequence(2));
    check(store, () => finished.get() ?? NaN, destinations);
  } finally {
    database.close();
  }
}

describe('delivery store', () => {
  it.each<[string, number[], number]>([
    ['in order', [3, 4, 5], 5],
    ['backwards', [5, 4, 3], 5],
    ['with a gap', [3, 5, 6], 3],
    ['not from the beginning', [4, 5], 2],
    ['twice', [3, 3, 4], 4],
  ])(
    'moves the cursor to the end of the unbroken run: outcomes %s, in one settle or in many',
    (_how, numbers, cursor) => {
      withStore((store) => {
        for (const number of numbers) store.settle('warehouse', [confirmed(number)]);
        expect(store.progress('warehouse').cursor).toBe(cursor);
      });
      withStore((store) => {
        store.settle(
          'warehouse',
          numbers.map((number) => confirmed(number)),
        );
        expect(store.progress('warehouse').cursor).toBe(cursor);
      });
    },
  );

  it('moves the cursor on when nothing new is handed in', () => {
    withStore((store) => {
      store.settle('warehouse', []);
      expect(store.progress('warehouse').cursor).toBe(2);
    });
  });

  it('names the lowest entry that is open, whichever way it is', () => {
    withStore((store) => {
      expect(store.progress('warehouse').firstOpen).toBeUndefined();
      store.settle('warehouse', [confirmed(3), parked(4), retrying(5)]);
      expect(store.progress('warehouse').firstOpen).toBe(4);
      store.settle('warehouse', [discarded(4)]);
      expect(store.progress('warehouse').firstOpen).toBe(5);
      store.settle('warehouse', [confirmed(5), held(6, 3)]);
      expect(store.progress('warehouse').firstOpen).toBe(6);
    });
  });

  it('keeps every attempt when one fails while a person gives the entry up: they saw one less', () => {
    withStore((store) => {
      store.settle('warehouse', [retrying(3, 'HTTP 503', 2)]);
      store.settle('warehouse', [retrying(3, 'HTTP 503', 3), discarded(3, 'returned', 2)]);
      expect(store.outcome('warehouse', sequence(3))).toMatchObject({ state: 'discarded', attempts: 3 });
    });
  });

  it('keeps the key of an entry while it is open, also when a later outcome does not name it, and no longer', () => {
    withStore((store) => {
      store.settle('warehouse', [withKey(retrying(3))]);
      store.settle('warehouse', [parked(3)]);
      expect(store.outcome('warehouse', sequence(3))).toEqual(withKey(parked(3)));
      store.settle('warehouse', [withKey(confirmed(3))]);
      expect(store.outcome('warehouse', sequence(3))).toEqual(confirmed(3));
    });
  });

  it('counts an entry as finished once, whatever is repeated: status would show fewer pending than there are', () => {
    withStore((store, finished) => {
      store.settle('warehouse', [retrying(3), confirmed(3), confirmed(3), discarded(3)]);
      store.settle('warehouse', [confirmed(3)]);
      expect(finished()).toBe(1);
      store.settle('warehouse', [parked(4), discarded(4), confirmed(4)]);
      expect(finished()).toBe(2);
    });
  });

  it.each<[string, Outcome]>([
    ['confirmed', confirmed(3, 4)],
    ['retrying', retrying(3, 'HTTP 503', 2)],
    ['parked', parked(3, 'HTTP 422', 7)],
    ['discarded', discarded(3, 'returned by the customer')],
    ['held', held(3, 1, 'alice')],
    ['keyed', withKey(parked(3))],
  ])('gives back a %s outcome as it was handed in', (_state, outcome) => {
    withStore((store) => {
      store.settle('warehouse', [outcome]);
      expect(store.outcome('warehouse', sequence(3))).toEqual(outcome);
    });
  });

  it('keeps destinations apart: what the warehouse confirmed, finance has not', () => {
    withStore((store, _finished, destinations) => {
      destinations.add('finance', sequence(0));
      store.settle('warehouse', [confirmed(3), parked(4)]);
      expect(store.outcome('finance', sequence(3))).toBeUndefined();
      expect(store.parked('finance', sequence(0), 9)).toEqual([]);
      expect(store.progress('finance')).toEqual({ name: 'finance', startAfter: 0, cursor: 0, firstOpen: undefined });
    });
  });

  it('tells a lane what to try again wherever it stands, and what to skip above the cursor', () => {
    withStore((store, _finished, destinations) => {
      store.settle('warehouse', [retrying(3), confirmed(4), confirmed(6), retrying(7), parked(8)]);
      destinations.setPaused('warehouse', true, { at: 1 as EpochMs, why: undefined });
      destinations.setCatchUpRate('warehouse', 20);
      expect(store.laneState('warehouse')).toEqual({
        cursor: 4,
        recordedAbove: [6, 7, 8],
        retrying: [retrying(3), retrying(7)],
        paused: true,
        catchUpRatePerSecond: 20,
      });
    });
  });

  it('lists parked entries after a place, in order, as many as asked for', () => {
    withStore((store) => {
      store.settle('warehouse', [parked(5), parked(3), confirmed(4), parked(9)]);
      expect(store.parked('warehouse', sequence(3), 9)).toEqual([parked(5), parked(9)]);
      expect(store.parked('warehouse', sequence(0), 2)).toEqual([parked(3), parked(5)]);
    });
  });

  it('says which destination it does not know', () => {
    withStore((store) => {
      expect(() => store.laneState('nowhere')).toThrow('nowhere');
    });
  });
});
