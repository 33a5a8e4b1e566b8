import { describe, expect, it } from '@jest/globals';

import { traceHeaders, traceIdOf } from '../../shared/outbox/trace-headers.js';
import type { Entry, Sequence } from '../../shared/outbox/types.js';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const traceparent = `00-${traceId}-00f067aa0ba902b7-01`;

let count = 0;
const entryOf = (trace?: Entry['trace']): Entry => {
  count += 1;
  return {
    sequence: count as Sequence,
    id: `id-${count}`,
    key: 'alice',
    body: Buffer.from('{}'),
    ...(trace && { trace }),
  };
};
const ours = () => 'aaaaaaaaaaaaaaaa';

describe('an attempt', () => {
  it('goes on with the trace, the flags and the state that the purchase came with, under an id of its own', () => {
    const tracestate = 'rojo=1';
    expect(traceHeaders([entryOf({ traceparent, tracestate })], ours)).toEqual({
      traceparent: `00-${traceId}-aaaaaaaaaaaaaaaa-01`,
      tracestate,
    });
    expect(traceHeaders([entryOf({ traceparent: traceparent.replace(/01$/, '00') })], ours)).toEqual({
      traceparent: `00-${traceId}-aaaaaaaaaaaaaaaa-00`,
    });
  });

  it('has an id that no other has, or two attempts would look like one', () => {
    const entry = entryOf({ traceparent });
    const ids = Array.from({ length: 100 }, () => traceHeaders([entry]).traceparent?.split('-')[2]);
    expect(new Set(ids).size).toBe(100);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{16}$/);
  });

  it.each([
    ['came with none', undefined],
    ['came with one that is none', { traceparent: 'nonsense' }],
    ['came with one that would break the request', { traceparent: `${traceparent}\r\nx: y` }],
  ])('names no trace for an entry that %s', (_what, trace) => {
    expect(traceHeaders([entryOf(trace)])).toEqual({});
    expect(traceIdOf(entryOf(trace))).toBeUndefined();
  });

  it('of a batch names the trace that all of it came with', () => {
    const other = traceparent.replace('00f067aa0ba902b7', 'b7ad6b7169203331');
    expect(traceHeaders([entryOf({ traceparent }), entryOf({ traceparent: other })], ours)).toEqual({
      traceparent: `00-${traceId}-aaaaaaaaaaaaaaaa-01`,
    });
    const tracestate = 'rojo=1';
    const both = [entryOf({ traceparent, tracestate }), entryOf({ traceparent: other, tracestate })];
    expect(traceHeaders(both)).toMatchObject({ tracestate });
    expect(traceHeaders([...both, entryOf({ traceparent })])).not.toHaveProperty('tracestate');
  });

  it('of a batch names none where there are several: it would say of one purchase what is so of another', () => {
    const another = traceparent.replace(traceId, '0af7651916cd43dd8448eb211c80319c');
    expect(traceHeaders([entryOf({ traceparent }), entryOf({ traceparent: another })])).toEqual({});
    expect(traceHeaders([entryOf({ traceparent }), entryOf()])).toEqual({});
    expect(traceHeaders([entryOf(), entryOf({ traceparent })])).toEqual({});
    expect(
      traceHeaders([entryOf({ traceparent }), entryOf({ traceparent: traceparent.replace(/01$/, '00') })]),
    ).toEqual({});
  });

  it('is named in the log by the id of its trace', () => {
    expect(traceIdOf(entryOf({ traceparent }))).toBe(traceId);
    expect(traceIdOf(undefined)).toBeUndefined();
  });
});
