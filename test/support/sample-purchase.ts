import type { EpochMs } from '../../shared/journal/types.js';
import { orderTotal, type PurchaseRecord } from '../../shared/purchase/index.js';

const items = [{ sku: 'BOOK-1', quantity: 2, unitPrice: 1250 }];

/** When the sample purchase with this number was accepted. */
export function sampleAcceptedAt(number: number): number {
  return Date.UTC(2030, 0, 1) + number;
}

/** A time at which a key without an expiry is looked up: any would do. */
export const sampleTime = sampleAcceptedAt(0) as EpochMs;

/** The id of the sample purchase with this number. */
export function sampleId(number: number): string {
  return `01890000-0000-7000-8000-${number.toString(16).padStart(12, '0')}`;
}

/** The ids of the sample purchases with these numbers. */
export function sampleIds(from: number, to: number): string[] {
  return Array.from({ length: to - from + 1 }, (_, index) => sampleId(from + index));
}

/** A purchase that differs from others by its number alone. */
export function samplePurchase(number: number, key?: string): PurchaseRecord {
  return {
    purchase: {
      id: sampleId(number),
      customerId: `customer-${number}`,
      currency: 'GBP',
      items,
      total: orderTotal(items),
      acceptedAt: new Date(sampleAcceptedAt(number)).toISOString(),
    },
    destinations: ['warehouse', 'finance'],
    ...(key !== undefined && { idempotency: { key, fingerprint: `fingerprint of ${key}` } }),
  };
}

/** What a keyed purchase differs in from others of its number. */
export interface SampleKey {
  readonly key: string;
  readonly caller?: string;
  readonly acceptedAt: number;
  /** Undefined: never, as in records of old. */
  readonly expiresAt?: number;
}

/** A purchase under a key, accepted at a time that the test chooses. */
export function keyedPurchase(number: number, { key, caller, acceptedAt, expiresAt }: SampleKey): PurchaseRecord {
  const { purchase, destinations } = samplePurchase(number);
  return {
    purchase: { ...purchase, acceptedAt: new Date(acceptedAt).toISOString() },
    destinations,
    ...(caller !== undefined && { caller }),
    idempotency: {
      key,
      fingerprint: `fingerprint of ${key}`,
      ...(expiresAt !== undefined && { expiresAt: new Date(expiresAt).toISOString() }),
    },
  };
}
