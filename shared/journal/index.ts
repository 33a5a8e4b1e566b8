export {
  JournalFailedError,
  JournalNoSpaceError,
  JournalUnusableError,
  PurchaseOutcomeUnknownError,
  PurchaseRefusedError,
} from './errors.js';
export type { JournalFigures, JournalObserver } from './figures.js';
export type { RefusedCode } from './errors.js';
export { databaseName, logDirectory } from './local/layout.js';
export { LocalDeliveryJournal } from './local/local-delivery-journal.js';
export { LogRecordStore } from './local/log-record-store.js';
export { openLocalJournal } from './local/open-local-journal.js';
export type { LocalJournalOptions } from './local/open-local-journal.js';
export { nodeFiles } from '../wal/index.js';
export type { DirectoryLock, FilePort, LogFile } from '../wal/index.js';
export type {
  AppendResult,
  BacklogStatus,
  ConfiguredDestinations,
  DecisionKind,
  DecisionQuery,
  DecisionRecord,
  DeliveryQuery,
  DeliveryRecord,
  DeliveryState,
  DestinationChange,
  DestinationStatus,
  DiskStatus,
  IdempotencyKey,
  Journal,
  JournalHealth,
  JournalProgress,
  JournalRecovery,
  MarkStatus,
  ServedDestination,
  StoredPurchase,
} from './types.js';
