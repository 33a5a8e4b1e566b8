import type { PurchaseRecord } from './types.js';

const recordVersion = 1;

/** A record in a version that this build does not know; a newer build wrote it. */
export class UnknownRecordVersionError extends Error {
  override readonly name = 'UnknownRecordVersionError';

  constructor(version: unknown) {
    super(`the log holds a purchase record of version ${String(version)}; this build reads version ${recordVersion}`);
  }
}

/** The bytes that the log stores for a purchase: UTF-8 JSON with a version. */
export function encodeRecord(record: PurchaseRecord): Buffer {
  return Buffer.from(JSON.stringify({ v: recordVersion, ...record }));
}

/** The record in those bytes; they have passed the log's CRC. @throws UnknownRecordVersionError */
export function decodeRecord(bytes: Buffer | string): PurchaseRecord {
  const { v, ...record } = JSON.parse(bytes.toString()) as PurchaseRecord & { v: unknown };
  if (v !== recordVersion) throw new UnknownRecordVersionError(v);
  return record;
}
