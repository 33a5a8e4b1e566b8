import { dirname } from 'node:path';

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
  if (error.code !== 'mismatch' && error.code !== 'corrupt') return error.message;
  const held = known?.identity === undefined ? '' : `. ${holds(database, known)}`;
  if (error.code === 'corrupt') {
    const advice = `npm run wal -- verify ${dirname(database)} names all that is damaged, and what to do`;
    return `${error.message}${held}. ${advice}`;
  }
  return held === ''
    ? error.message
    : `${error.message}${held}. Put back the newest copy of log and database that belong together. ${startAnew}`;
}

function holds(database: string, { durable, identity }: LogExpectation): string {
  return `${database} holds entries up to ${durable} of log ${String(identity)}`;
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
