import { DatabaseUnusableError } from '../../sqlite/index.js';
import { LogUnusableError, type LogExpectation } from '../../wal/index.js';
import { JournalUnusableError } from '../errors.js';

const startAnew =
  'If there is none, move the database away, with its -wal and -shm: the next start makes a new one from what the log holds, ' +
  'and delivers all of that again, under the same ids. Purchases that only the old one holds cannot be looked up then, are ' +
  'not delivered where they were not yet, and their idempotency keys are free again';

/**
 * What the log has refused, in words that a person can act on: the log knows of no database, and cannot say what the database
 * still has or what it costs to go on without it.
 *
 * @param known what the database said of the log; undefined if it was not asked
 */
export function explainLog(error: LogUnusableError, database: string, known: LogExpectation | undefined): string {
  if (known?.identity === undefined || (error.code !== 'mismatch' && error.code !== 'corrupt')) return error.message;
  const facts = `${error.message}. ${database} holds entries up to ${known.durable} of log ${known.identity}`;
  if (error.code === 'corrupt') return facts;
  return `${facts}. Put back the newest copy of log and database that belong together. ${startAnew}`;
}

/** What is wrong with the database, and where a person must act on it, how. */
export function explainDatabase(error: unknown, database: string): string {
  const message = error instanceof Error ? error.message : String(error);
  // It names its own file, and a new database would not mend that.
  if (error instanceof LogUnusableError) return message;
  if (error instanceof DatabaseUnusableError) return `${message}. ${startAnew}`;
  if (!(error instanceof JournalUnusableError)) return `cannot use ${database}: ${message}`;
  return `cannot use ${database}: ${message}. Put back the newest copy of log and database that belong together. ${startAnew}`;
}
