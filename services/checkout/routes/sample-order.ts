import type { Order } from '../../../shared/purchase/index.js';

/** What is bought wherever an example buys something. */
export const sampleOrder: Order = {
  customerId: 'alice',
  currency: 'GBP',
  items: [{ sku: 'BOOK-1', quantity: 2, unitPrice: 1250 }],
};

/** The purchase that comes of it. */
export const samplePurchase = {
  id: '01a20748-0b54-72fd-8af3-b38f10357853',
  sequence: 1,
  total: 2500,
  acceptedAt: '2026-11-23T07:21:31.732Z',
};
