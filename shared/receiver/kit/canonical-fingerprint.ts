import { createHash } from 'node:crypto';

/**
 * Digest of what an event's `data` says, whatever the order of its fields and the space between them: so a repeat is known as one
 * however it was laid out. The time of sending is no part of it.
 */
export function canonicalFingerprint({ data }: { readonly data: unknown }): Buffer {
  return createHash('sha256')
    .update(JSON.stringify(data, (_key, value: unknown) => withSortedFields(value)))
    .digest();
}

function withSortedFields(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
