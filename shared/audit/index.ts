export { AcknowledgedPurchases } from './acknowledged-purchases.js';
export { auditShop, type AuditOptions } from './audit-shop.js';
export { CannotAuditError } from './errors.js';
export { disagreementsOf, unfinishedOf, type NamedKind } from './named-kinds.js';
export { patiently } from './patiently.js';
export type {
  AcknowledgedReport,
  AuditReport,
  BookEntry,
  EntryKind,
  Example,
  Kind,
  Money,
  ReceiverReport,
} from './types.js';
