export { classifyAnswer, type Meaning } from './classify-answer.js';
export { createDispatcher, type DispatcherSurroundings } from './dispatcher.js';
export { type DestinationIdentity, defaultOptions, withDefaults } from './default-options.js';
export { HttpTransport } from './http-transport.js';
export { destinationMark, lowWaterMark } from './low-water-mark.js';
export { systemClock } from './system-clock.js';
export type {
  AttemptResult,
  CircuitState,
  CircuitStatus,
  DeliveryCounts,
  Dispatcher,
  Done,
  LaneStatus,
  NotRedelivered,
  RedeliveredMany,
  Refusal,
  Refused,
  RetriedMany,
} from './operation.js';
export type {
  Answer,
  Clock,
  Confirmed,
  Decided,
  DeliveryJournal,
  DestinationOptions,
  DestinationProgress,
  Discarded,
  Entry,
  EpochMs,
  Held,
  Holding,
  LaneState,
  OrderedPage,
  Outcome,
  OutcomeState,
  OutboxLog,
  Parked,
  Retrying,
  Sequence,
  Transport,
} from './types.js';
