export { deliveryProblemTypes } from './delivery-problem-types.js';
export { deliveryLimits } from './limits.js';
export { createEventsReceiver, receiveEvents } from './receive-events.js';
export type { EventsReceiver, ReceiveEventsOptions } from './receive-events.js';
export { createSignatureCheck } from './signature-check.js';
export type { SignatureCheck, Signed } from './signature-check.js';
export type {
  Apply,
  DeliveryAnswer,
  EventResult,
  IdentifiedEvent,
  InboxRecords,
  ObserveResult,
  ObserveSignature,
  ParseEvent,
  ReceiverLog,
  SignedBy,
  UncheckedEvent,
} from './types.js';
