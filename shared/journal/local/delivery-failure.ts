import { asUnusable, DatabaseUnusableError, sqliteErrorCode } from '../../sqlite/index.js';
import { LogUnusableError } from '../../wal/index.js';
import { JournalUnusableError } from '../errors.js';
import { explainDatabase } from './explain-refusal.js';

/** Why the delivering half cannot go on, for those who wait and for the other half. */
export interface DeliveryFailure {
  readonly error: Error;
  readonly message: string;
  /** Starting anew would not help. */
  readonly needsPerson: boolean;
}

/** A start after these would end in the same way. */
const cannotBeMended = [JournalUnusableError, DatabaseUnusableError, LogUnusableError];

export function deliveryFailure(cause: unknown, database: string): DeliveryFailure {
  const unusable = asUnusable(cause, database);
  const error = unusable instanceof Error ? unusable : new Error(String(unusable));
  const needsPerson = cannotBeMended.some((kind) => error instanceof kind);
  return { error, needsPerson, message: needsPerson ? explainDatabase(error, database) : messageOf(error) };
}

function messageOf(error: Error): string {
  const code = sqliteErrorCode(error);
  return code === undefined ? error.message : `${error.message} (${code})`;
}
