export { classifyAnswer, type Meaning } from './classify-answer.js';
export { createDispatcher, type DispatcherSurroundings } from './dispatcher.js';
export { type DestinationIdentity, defaultOptions, withDefaults } from './default-options.js';
export { HttpTransport } from './http-transport.js';
export { destinationMark, lowWaterMark } from './low-water-mark.js';
export { systemClock } from './system-clock.js';
export type {
  Answer,
  CircuitState,
  CircuitStatus,
  Clock,
  Confirmed,
  Decided,
  DeliveryCounts,
  DeliveryJournal,
  DestinationOptions,
  DestinationProgress,
  Discarded,
  Dispatcher,
  Done,
  Entry,
  EpochMs,
  Held,
  Holding,
  LaneState,
  LaneStatus,
  OrderedPage,
  Outcome,
  OutcomeState,
  OutboxLog,
  Parked,
  Refusal,
  Refused,
  RetriedMany,
  Retrying,
  Sequence,
  Transport,
} from './types.js';
