import { describe, expect, it } from '@jest/globals';

import { ProjectionStore } from '../../../shared/journal/local/projection-store.js';
import { JournalUnusableError } from '../../../shared/journal/index.js';
import type { Sequence } from '../../../shared/journal/types.js';
import { encodeRecord, purchaseEvent, type PurchaseRecord } from '../../../shared/purchase/index.js';
import type { LogIdentity } from '../../../shared/wal/index.js';
import { journalDatabase } from '../../support/journal-database.js';
import { keyedPurchase, sampleId, samplePurchase } from '../../support/sample-purchase.js';
import { temporaryDirectories } from '../../support/temporary-directory.js';

const newDirectory = temporaryDirectories();
const sequence = (number: number) => number as Sequence;

function withStore(count: number, check: (store: ProjectionStore) => void): void {
  const database = journalDatabase(newDirectory(), count);
  try {
    check(new ProjectionStore(database));
  } finally {
    database.close();
  }
}

describe('projection store', () => {
  it('knows nothing of a log at first, so that any log is taken', () => {
    withStore(0, (store) => {
      expect(store.logState()).toEqual({ identity: undefined, projected: 0, lowWaterMark: 0 });
    });
  });

  it('knows whose entries it holds: another log in its place would be delivered from the middle', () => {
    withStore(0, (store) => {
      store.adopt('ab'.repeat(16) as LogIdentity, sequence(4));
      expect(store.logState()).toEqual({ identity: 'ab'.repeat(16), projected: 3, lowWaterMark: 0 });
    });
  });

  it('never lowers the mark, and never raises it above what it holds: what lies below is unlinked', () => {
    withStore(3, (store) => {
      store.raiseMark(sequence(2));
      store.raiseMark(sequence(1));
      expect(store.logState().lowWaterMark).toBe(2);
      expect(() => {
        store.raiseMark(sequence(4));
      }).toThrow('CHECK');
    });
  });

  it('gives an entry as the event that every destination gets', () => {
    withStore(2, (store) => {
      const body = Buffer.from(JSON.stringify(purchaseEvent(2, samplePurchase(2).purchase)));
      expect(store.entryAt(sequence(2))).toEqual({ sequence: 2, id: sampleId(2), key: 'customer-2', body });
      expect(store.entriesAfter(sequence(1), 9)).toEqual([{ sequence: 2, id: sampleId(2), key: 'customer-2', body }]);
      expect(store.entryAt(sequence(3))).toBeUndefined();
    });
  });

  it.each([
    ['sequence', 1, 9, 'key-9', `is not the one that is on record in its place, ${sampleId(1)}`],
    ['id', 9, 1, 'key-9', 'is on record as entry 1 already'],
    ['key', 9, 9, 'key-1', 'has the idempotency key of entry 1'],
  ])(
    'holds one purchase for each %s, and says of a second what is in its way',
    (_what, place, number, key, message) => {
      withStore(1, (store) => {
        const insert = () => {
          store.insert({ sequence: sequence(place), payload: encodeRecord(samplePurchase(number, key)) });
        };
        expect(insert).toThrow(JournalUnusableError);
        expect(insert).toThrow(`entry ${place} of the log, purchase ${sampleId(number)}, ${message}`);
        expect(insert).not.toThrow(key);
        expect(store.entryAt(sequence(1))).toMatchObject({ id: sampleId(1) });
      });
    },
  );

  it('knows what it does not hold: a purchase that was forgotten would be said never to have been', () => {
    const database = journalDatabase(newDirectory());
    const store = new ProjectionStore(database);
    expect(store.unknownBefore()).toBe(0);
    store.adopt('ab'.repeat(16) as LogIdentity, sequence(4));
    expect(store.unknownBefore()).toBe(3);
    store.insert({ sequence: sequence(4), payload: encodeRecord(samplePurchase(4)) });
    store.setProjected(sequence(4));
    expect(store.unknownBefore()).toBe(3);
    database.close();
  });

  it('holds any number of purchases without a key', () => {
    withStore(0, (store) => {
      for (const number of [1, 2]) {
        store.insert({ sequence: sequence(number), payload: encodeRecord(samplePurchase(number)) });
      }
      expect(store.entriesAfter(sequence(0), 9)).toHaveLength(2);
    });
  });

  it('refuses a record that a newer build wrote: it would be delivered without what it does not know', () => {
    withStore(0, (store) => {
      expect(() => {
        store.insert({ sequence: sequence(1), payload: Buffer.from('{"v":2}') });
      }).toThrow('version 2');
    });
  });
});

describe('projection store, with a key that comes again', () => {
  const noon = Date.UTC(2030, 0, 1, 12);
  const first = keyedPurchase(1, { key: 'click', acceptedAt: noon - 1000, expiresAt: noon });
  const again = (number: number, acceptedAt: number, caller?: string) =>
    keyedPurchase(number, { key: 'click', acceptedAt, expiresAt: acceptedAt + 1000, ...(caller && { caller }) });

  function withFirst(check: (put: (place: number, record: PurchaseRecord) => void, keys: () => unknown) => void): void {
    const database = journalDatabase(newDirectory());
    const store = new ProjectionStore(database);
    const put = (place: number, record: PurchaseRecord) => {
      store.insert({ sequence: sequence(place), payload: encodeRecord(record) });
    };
    put(1, first);
    check(put, () => database.prepare('SELECT idempotency_key FROM purchases ORDER BY sequence').pluck().all());
    database.close();
  }

  it('gives it to a purchase that was accepted when it expired: the log would be refused for what customers may do', () => {
    withFirst((put, keys) => {
      put(2, again(2, noon));
      expect(keys()).toEqual([null, 'click']);
      put(3, again(3, noon + 1000));
      expect(keys()).toEqual([null, null, 'click']);
    });
  });

  it('says that something is wrong when it comes one millisecond before that: no checkout has accepted it', () => {
    withFirst((put, keys) => {
      expect(() => {
        put(2, again(2, noon - 1));
      }).toThrow('has the idempotency key of entry 1: the database holds purchases of another history');
      expect(keys()).toEqual(['click']);
    });
  });

  it('does not give it to a purchase that was earlier in the log: the later one has it', () => {
    withFirst((put) => {
      expect(() => {
        put(0, again(2, noon));
      }).toThrow('has the idempotency key of entry 1');
    });
  });

  it('says what else is in the way when its key is free', () => {
    withFirst((put) => {
      expect(() => {
        put(2, again(1, noon));
      }).toThrow('is on record as entry 1 already');
    });
  });

  it('holds it once for each caller', () => {
    withFirst((put, keys) => {
      put(2, again(2, noon - 1, 'app'));
      put(3, again(3, noon - 1, 'web'));
      expect(keys()).toEqual(['click', 'app\nclick', 'web\nclick']);
      expect(() => {
        put(4, again(4, noon - 1, 'app'));
      }).toThrow('has the idempotency key of entry 2');
    });
  });
});
