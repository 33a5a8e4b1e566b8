import { describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';

import { DeliveryStore } from '../../../shared/journal/local/delivery-store.js';
import { DestinationStore } from '../../../shared/journal/local/destination-store.js';
import { LookupStore } from '../../../shared/journal/local/lookup-store.js';
import type { DeliveryQuery, EpochMs, Outcome, Sequence } from '../../../shared/journal/types.js';
import { journalDatabase } from '../../support/journal-database.js';
import { confirmed, discarded, held, parked, retrying } from '../../support/sample-outcome.js';
import { sampleId, samplePurchase } from '../../support/sample-purchase.js';
import { temporaryDirectories } from '../../support/temporary-directory.js';

const newDirectory = temporaryDirectories();
const sequence = (number: number) => number as Sequence;
const everything: DeliveryQuery = { state: undefined, destination: undefined, after: sequence(0), limit: 100 };

interface Settled {
  readonly warehouse?: readonly Outcome[];
  readonly finance?: readonly Outcome[];
}

/** Six purchases, owed to warehouse and, from the fourth on, to finance; `retired` is removed. */
function withStore(settled: Settled, check: (store: LookupStore) => void): void {
  const database = journalDatabase(newDirectory(), 6);
  try {
    const deliveries = new DeliveryStore(database);
    const destinations = new DestinationStore(database);
    destinations.add('retired', sequence(0));
    destinations.remove('retired', 1 as EpochMs);
    destinations.add('warehouse', sequence(0));
    destinations.add('finance', sequence(3));
    deliveries.settle('warehouse', settled.warehouse ?? []);
    deliveries.settle('finance', settled.finance ?? []);
    check(new LookupStore(database));
  } finally {
    database.close();
  }
}

const places = (store: LookupStore, query: Partial<DeliveryQuery>) =>
  store.deliveries({ ...everything, ...query }).map((row) => `${row.sequence} ${row.destination} ${row.state}`);

describe('lookup store', () => {
  it('finds a purchase by its id, and nothing by another', () => {
    withStore({}, (store) => {
      expect(store.byId(sampleId(2))).toEqual({ sequence: 2, record: samplePurchase(2, 'key-2') });
      expect(store.byId(sampleId(7))).toBeUndefined();
    });
  });

  it('shows one moment: what is settled while a page is read is in it, in one state', () => {
    const path = newDirectory();
    const writer = journalDatabase(path, 3);
    const reader = new Database(writer.name, { readonly: true });
    try {
      new DestinationStore(writer).add('warehouse', sequence(0));
      const deliveries = new DeliveryStore(writer);
      const prepare = reader.prepare.bind(reader);
      let reads = 0;
      // Between the statements of one page the delivery thread settles what the first one has not seen.
      reader.prepare = ((source: string) => {
        const statement = prepare(source);
        const all = statement.all.bind(statement);
        statement.all = (...parameters: unknown[]) => {
          const rows = all(...parameters);
          reads += 1;
          if (source.includes('JOIN deliveries')) deliveries.settle('warehouse', [confirmed(2)]);
          return rows;
        };
        return statement;
      }) as typeof reader.prepare;
      const store = new LookupStore(reader);
      const states = ['1 warehouse pending', '2 warehouse pending', '3 warehouse pending'];
      expect(places(store, { destination: 'warehouse' })).toEqual(states);
      expect(reads).toBeGreaterThan(1);
      expect(places(store, { destination: 'warehouse' })).toContain('2 warehouse confirmed');
    } finally {
      reader.close();
      writer.close();
    }
  });

  it('shows a purchase at the destinations it is owed to, and no others', () => {
    withStore({}, (store) => {
      const owed = (number: number) => store.deliveriesOf(sequence(number)).map(({ destination }) => destination);
      expect(owed(3)).toEqual(['warehouse']);
      expect(owed(4)).toEqual(['warehouse', 'finance']);
    });
  });

  it('shows what waits behind others of its key, or did until now, as pending, and what was tried or asked about as retrying', () => {
    const untried = { ...retrying(2, '', 0), key: 'alice' };
    const asked = { ...retrying(3, 'it did not say whether it has it', 0), key: 'bob' };
    withStore({ warehouse: [untried, asked, held(4, 2)] }, (store) => {
      const pending = ['1 warehouse pending', '2 warehouse pending', '4 warehouse pending'];
      expect(places(store, { destination: 'warehouse', state: 'pending', limit: 3 })).toEqual(pending);
      expect(places(store, { destination: 'warehouse', state: 'retrying' })).toEqual(['3 warehouse retrying']);
      expect(store.destinations(sequence(6)).get('warehouse')).toMatchObject({ pending: 6, retrying: 1 });
    });
  });

  it('lists as pending what has no outcome, above the cursor and between outcomes', () => {
    withStore({ warehouse: [confirmed(1), confirmed(3), parked(5)] }, (store) => {
      expect(places(store, { destination: 'warehouse', state: 'pending' })).toEqual([
        '2 warehouse pending',
        '4 warehouse pending',
        '6 warehouse pending',
      ]);
      expect(places(store, { state: 'pending', after: sequence(4) })).toEqual([
        '5 finance pending',
        '6 warehouse pending',
        '6 finance pending',
      ]);
    });
  });

  it.each([
    ['confirmed', '1 warehouse confirmed', '6 finance confirmed'],
    ['retrying', '2 warehouse retrying', '4 finance retrying'],
    ['parked', '3 warehouse parked', '5 finance parked'],
  ] as const)('lists all that is %s, of every destination, in the order of the purchases', (state, first, second) => {
    const warehouse = [confirmed(1), retrying(2), parked(3), discarded(4), discarded(5), discarded(6)];
    withStore({ warehouse, finance: [retrying(4), parked(5), confirmed(6)] }, (store) => {
      expect(places(store, { state })).toEqual([first, second]);
      expect(places(store, { state, after: sequence(3) })).toEqual([second]);
      expect(places(store, { state, limit: 1 })).toEqual([first]);
    });
  });

  it('gives pages that together hold every delivery once, whatever their size', () => {
    withStore({ warehouse: [confirmed(2), parked(4)], finance: [confirmed(5)] }, (store) => {
      const all = places(store, {});
      expect(all).toHaveLength(9);
      for (let limit = 1; limit <= 10; limit += 1) {
        const paged: string[] = [];
        let after = sequence(0);
        for (let page = store.deliveries({ ...everything, limit }); page.length > 0;) {
          paged.push(...page.map((row) => `${row.sequence} ${row.destination} ${row.state}`));
          after = page.at(-1)?.sequence ?? after;
          page = store.deliveries({ ...everything, after, limit });
        }
        expect(paged).toEqual(all);
      }
    });
  });

  it('shows nothing as owed to a destination that was removed, and that it is on record', () => {
    withStore({}, (store) => {
      expect(places(store, { destination: 'retired' })).toEqual([]);
      expect(places(store, {}).some((place) => place.includes('retired'))).toBe(false);
      expect(store.owed()).toEqual(['warehouse', 'finance']);
      expect(store.destinations(sequence(6)).get('retired')).toMatchObject({ owed: false, pending: 0 });
    });
  });

  it('counts as pending also what the log holds and the database does not yet', () => {
    withStore({ warehouse: [confirmed(1), confirmed(2)] }, (store) => {
      expect(store.destinations(sequence(10)).get('warehouse')).toMatchObject({ pending: 8, firstPending: 3 });
      expect(store.destinations(sequence(10)).get('finance')).toMatchObject({ pending: 7, firstPending: 4 });
    });
  });

  it('names as first pending an entry that is open far below the cursor: its age is what an operator must see', () => {
    const confirmedRest = [1, 3, 4, 5, 6].map((number) => confirmed(number));
    for (const open of [retrying(2), parked(2)]) {
      withStore({ warehouse: [...confirmedRest, open] }, (store) => {
        const status = { cursor: 6, pending: 1, firstPending: 2 };
        expect(store.destinations(sequence(6)).get('warehouse')).toMatchObject(status);
      });
    }
  });

  it('has no mark above nothing', () => {
    withStore({}, (store) => {
      expect(store.mark()).toMatchObject({ lowWaterMark: 0 });
    });
  });
});
