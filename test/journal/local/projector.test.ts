import { describe, expect, it } from '@jest/globals';

import { Projector } from '../../../shared/journal/local/projector.js';
import { GroupTransactionClosedError } from '../../../shared/sqlite/index.js';
import type { LogEntry, Sequence } from '../../../shared/wal/index.js';

const sequence = (number: number) => number as Sequence;

/** A log of empty entries and a database that is a list; `failAt` fails the transaction that would hold that entry. */
function setUp({ failAt = 0, failWith = new Error('disk I/O error'), firstRead = 1, batchMax = 3 } = {}) {
  const stored: number[] = [];
  const projected: number[] = [];
  const failures: unknown[] = [];
  let next = firstRead;
  let batch: number[] = [];
  let readerClosed = 0;
  const options = {
    reader: {
      read: (durable: Sequence) => {
        const entries: LogEntry[] = [];
        while (next <= durable && entries.length < batchMax) {
          entries.push({ sequence: sequence(next), payload: Buffer.alloc(0) });
          next += 1;
        }
        return Promise.resolve(entries);
      },
      close: () => {
        readerClosed += 1;
        return Promise.resolve();
      },
    },
    store: {
      insert: (entry: LogEntry) => {
        batch.push(entry.sequence);
      },
      setProjected: () => undefined,
    },
    transactions: {
      run: <T>(work: () => T) => {
        batch = [];
        const result = work();
        if (batch.includes(failAt)) return Promise.reject<T>(failWith);
        stored.push(...batch);
        return Promise.resolve(result);
      },
    },
    projected: sequence(0),
    onProjected: (last: Sequence) => {
      projected.push(last);
    },
    onFailed: (error: unknown) => {
      failures.push(error);
    },
  };
  const projector = new Projector(options);
  return { projector, stored, projected, failures, closes: () => readerClosed };
}

describe('projector', () => {
  it('writes nothing behind a batch that failed: a purchase left out would never be delivered', async () => {
    const { projector, stored, failures } = setUp({ failAt: 5 });
    projector.advance(sequence(12));
    for (let turn = 0; turn < 50; turn += 1) await new Promise(setImmediate);
    expect(stored).toEqual([1, 2, 3]);
    expect(failures).toHaveLength(1);
    projector.advance(sequence(20));
    await projector.stop();
    expect(stored).toEqual([1, 2, 3]);
  });

  it('copies all that is durable, in batches, and tells of each after its commit', async () => {
    const { projector, stored, projected } = setUp();
    await projector.catchUp(sequence(7));
    expect(stored).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(projected).toEqual([3, 6, 7]);
    await projector.stop();
  });

  it('goes on with what became durable during a batch, and is not led back by an older message', async () => {
    const { projector, stored } = setUp();
    projector.advance(sequence(2));
    projector.advance(sequence(5));
    projector.advance(sequence(1));
    await projector.catchUp(sequence(5));
    expect(stored).toEqual([1, 2, 3, 4, 5]);
    await projector.stop();
  });

  it('tells whoever opens the journal why it cannot catch up', async () => {
    const { projector, failures } = setUp({ failAt: 2 });
    await expect(projector.catchUp(sequence(7))).rejects.toThrow('disk I/O error');
    expect(failures).toHaveLength(1);
    await projector.stop();
  });

  it('projects nothing when the log goes on with another entry: the one left out would never be delivered', async () => {
    const { projector, stored } = setUp({ firstRead: 2 });
    await expect(projector.catchUp(sequence(7))).rejects.toThrow('entry 1');
    expect(stored).toEqual([]);
    await projector.stop();
  });

  it('lets the batch under way finish when it is stopped, begins no other, and closes its reader', async () => {
    const { projector, stored, closes } = setUp();
    projector.advance(sequence(12));
    await projector.stop();
    expect(stored).toEqual([1, 2, 3]);
    expect(closes()).toBe(1);
    projector.advance(sequence(15));
    await expect(projector.catchUp(sequence(12))).rejects.toThrow('stopped');
    expect(stored).toEqual([1, 2, 3]);
  });

  it('does not take a batch that the closing database gave back for a failure', async () => {
    const { projector, failures } = setUp({ failAt: 1, failWith: new GroupTransactionClosedError() });
    projector.advance(sequence(3));
    await projector.stop();
    expect(failures).toEqual([]);
  });
});
