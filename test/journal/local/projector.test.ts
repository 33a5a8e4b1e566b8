import { describe, expect, it } from '@jest/globals';

import { Projector } from '../../../shared/journal/local/projector.js';
import type { LogEntry, Sequence } from '../../../shared/wal/index.js';

const sequence = (number: number) => number as Sequence;

/** A log of empty entries and a database that is a list; `failAt` fails the transaction that would hold that entry. */
function setUp({ failAt = 0, batchMax = 3 } = {}) {
  const stored: number[] = [];
  const projected: number[] = [];
  const failures: unknown[] = [];
  let next = 1;
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
        if (batch.includes(failAt)) return Promise.reject<T>(new Error('disk I/O error'));
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
});
