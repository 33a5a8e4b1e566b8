export { createReceiver } from './create-receiver.js';
export type { Receiver, ReceiverOptions } from './create-receiver.js';
export { holdingMigration } from './holding-store.js';
export { inboxMigration } from './inbox-store.js';
export { deliveryLimits } from './limits.js';
export { holdingMetrics, receiverMetrics } from './receiver-metrics.js';
export { createSignatureCheck } from './signature-check.js';
export type { SignatureCheck } from './signature-check.js';
export type {
  AuditEntry,
  Effect,
  EventResult,
  FaultSettings,
  Gap,
  Holding,
  ObserveResult,
  ReceiverLog,
} from './types.js';
