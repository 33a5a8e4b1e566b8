import { randomBytes } from 'node:crypto';

import type { Entry } from './types.js';

type Trace = NonNullable<Entry['trace']>;

/** A `traceparent` of version 00: around the id of the sender, what is the same for all that belongs to the trace. */
const form = /^00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/;
/** Where the id of the sender stands in it. */
const parentIdAt = { start: 36, end: 52 };

const none = Object.freeze({});

/** An id for one attempt. One of nothing but zeros would not be valid, and does not come about in the life of a sun. */
const newParentId = () => randomBytes(8).toString('hex');

/** The id of the trace that an entry came with. */
export function traceIdOf(entry: Entry | undefined): string | undefined {
  const { traceparent } = entry?.trace ?? {};
  return traceparent === undefined ? undefined : form.exec(traceparent)?.[1];
}

/**
 * The headers that send a trace on with one attempt: the same trace and flags, and an id of this attempt. A request has one trace or
 * none: a batch gets these headers only if all of its entries came with one and the same.
 */
export function traceHeaders(entries: readonly Entry[], parentId = newParentId): Readonly<Record<string, string>> {
  if (entries[0]?.trace === undefined) return none;
  const [trace, ...others] = new Set(entries.map(({ trace: each }) => (each === undefined ? '' : sharedPart(each))));
  if (trace === undefined || trace === '' || others.length > 0) return none;
  const { tracestate } = entries[0].trace;
  const traceparent = trace.slice(0, parentIdAt.start) + parentId() + trace.slice(parentIdAt.start);
  const sameState = entries.every((entry) => entry.trace?.tracestate === tracestate);
  return { traceparent, ...(sameState && tracestate !== undefined && { tracestate }) };
}

/** What a journal hands out was valid when it was taken in; a header that is none must not stop a purchase all the same. */
function sharedPart({ traceparent }: Trace): string {
  if (!form.test(traceparent)) return '';
  return traceparent.slice(0, parentIdAt.start) + traceparent.slice(parentIdAt.end);
}
