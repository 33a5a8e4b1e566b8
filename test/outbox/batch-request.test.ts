import { describe, expect, it } from '@jest/globals';

import { batchBody, batchBytes, batchId, readBatchAnswer } from '../../shared/outbox/batch-request.js';
import type { Entry, Sequence } from '../../shared/outbox/types.js';

function entryOf(id: string, body = '{}'): Entry {
  return { sequence: 1 as Sequence, id, key: 'alice', body: Buffer.from(body) };
}
const entries = [entryOf('a'), entryOf('b'), entryOf('c')];

describe('batchBody', () => {
  it('puts the bodies between brackets, byte for byte', () => {
    const bodies = ['{"a": 1}', '{"b":"ü"}', '[]'];
    const joined = batchBody(bodies.map((body, index) => entryOf(String(index), body)));
    expect(joined.toString()).toBe('[{"a": 1},{"b":"ü"},[]]');
  });

  it('is as long as batchBytes says: a batch one byte too long is refused by its receiver', () => {
    for (let count = 1; count <= 5; count += 1) {
      const batch = Array.from({ length: count }, (_, index) => entryOf(String(index), 'ü'.repeat(index)));
      const bodyBytes = batch.reduce((sum, { body }) => sum + body.length, 0);
      expect(batchBytes(count, bodyBytes)).toBe(batchBody(batch).length);
    }
  });
});

describe('batchId', () => {
  it('has a form receivers can rely on, and is the same for the same entries', () => {
    // printf 'a\nb\nc' | sha256sum
    expect(batchId(entries)).toBe('batch-ea7fb08b7a2dc4619ffb7c7bb38d95a2');
    expect(batchId(entries)).toBe(batchId([...entries]));
  });

  it('differs when the entries or their borders do', () => {
    const ids = [['a', 'b'], ['b', 'a'], ['ab'], ['a'], ['a', 'b', 'c']].map((list) =>
      batchId(list.map((id) => entryOf(id))),
    );
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('readBatchAnswer', () => {
  it('translates each result and finds it by its id', () => {
    const text = JSON.stringify({
      results: [
        { id: 'c', status: 'retry', detail: 'later' },
        { id: 'b', status: 'rejected', detail: 'no\nsuch SKU' },
        { id: 'a', status: 'applied' },
        { id: 'z', status: 'applied' },
      ],
    });
    expect(readBatchAnswer(entries, text, undefined)).toEqual([
      { kind: 'status', status: 200, detail: '', retryAfterMs: undefined },
      { kind: 'status', status: 422, detail: 'no\nsuch SKU', retryAfterMs: undefined },
      { kind: 'status', status: 503, detail: 'later', retryAfterMs: undefined, notApplied: true },
    ]);
  });

  it('leaves those alone that are to be sent again for as long as the response asks, and parks no other later', () => {
    const text = JSON.stringify({
      results: [
        { id: 'a', status: 'retry' },
        { id: 'b', status: 'rejected' },
        { id: 'c', status: 'applied' },
      ],
    });
    expect(readBatchAnswer(entries, text, 7_000)).toMatchObject([
      { status: 503, retryAfterMs: 7_000 },
      { status: 422, retryAfterMs: undefined },
      { status: 200, retryAfterMs: undefined },
    ]);
  });

  it('takes a duplicate for stored', () => {
    expect(readBatchAnswer([entryOf('a')], '{"results":[{"id":"a","status":"duplicate"}]}', undefined)).toMatchObject([
      { status: 200, duplicate: true },
    ]);
  });

  it.each([
    ['an entry that is not in it', '{"results":[{"id":"a","status":"applied"},{"id":"c","status":"applied"}]}'],
    [
      'a status nobody knows',
      '{"results":[{"id":"a","status":"applied"},{"id":"b","status":"fine"},{"id":"c","status":"applied"}]}',
    ],
    [
      'results that are none',
      '{"results":[null,7,{"id":2,"status":"applied"},{"id":"a","status":"applied"},{"id":"c","status":"applied"}]}',
    ],
  ])('believes nothing to be stored of %s', (_, text) => {
    expect(readBatchAnswer(entries, text, undefined)).toMatchObject([
      { kind: 'status' },
      { kind: 'none' },
      { kind: 'status' },
    ]);
  });

  it.each(['', 'OK', '{"results":', '[]', 'null', '7', '{"status":"applied"}', '{"results":{}}'])(
    'believes nothing to be stored after %p: a destination that never heard of batches would lose them all',
    (text) => {
      const answer = { kind: 'none', unread: true };
      expect(readBatchAnswer(entries, text, undefined)).toMatchObject([answer, answer, answer]);
    },
  );
});
