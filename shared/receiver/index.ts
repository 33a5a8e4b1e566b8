export { createReceiver } from './create-receiver.js';
export type { Receiver, ReceiverOptions } from './create-receiver.js';
export { holdingMigration } from './holding-store.js';
export { inboxMigration } from './inbox-store.js';
export { createSignatureCheck, deliveryLimits } from './kit/index.js';
export type { EventResult, ObserveResult, ObserveSignature, ReceiverLog, SignatureCheck } from './kit/index.js';
export { holdingMetrics, receiverMetrics, signatureMetrics } from './receiver-metrics.js';
export { storageMetrics } from './storage-metrics.js';
export type { AuditEntry, Effect, FaultSettings, Gap, Holding } from './types.js';
