export { limits } from './limits.js';
export { orderTotal } from './order-total.js';
export { purchaseEvent } from './purchase-event.js';
export { decodeRecord, encodeRecord, UnknownRecordVersionError } from './purchase-record.js';
export type { Idempotency, Item, Order, Purchase, PurchaseEvent, PurchaseRecord, TraceContext } from './types.js';
