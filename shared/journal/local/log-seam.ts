/*
 * Where the database ends and the log goes on. Numbers alone do not tell that the two belong together: of one shop that was
 * restored from copies taken at different times, log and database have the same identity, and may fit by their numbers while
 * each holds other purchases under them. What the database counts as projected would then never be delivered. So the last
 * entry that both hold must be the same purchase; since the ids that follow a restore are new, all before it are the same too.
 */
import { LogReader, type FilePort, type Sequence } from '../../wal/index.js';
import { JournalUnusableError } from '../errors.js';
import { logDirectory } from './layout.js';
import type { ProjectionStore } from './projection-store.js';

export interface LogSeam {
  readonly files: FilePort;
  readonly directory: string;
  /** The first entry that the log holds. */
  readonly first: Sequence;
  /** The last entry that the database holds, or should. */
  readonly projected: Sequence;
  readonly store: Pick<ProjectionStore, 'recordAt'>;
}

/**
 * A reader of what comes after `projected`.
 *
 * @throws JournalUnusableError when log and database hold different purchases as entry `projected`
 */
export async function readerAcrossSeam({ files, directory, first, projected, store }: LogSeam): Promise<LogReader> {
  // What has been pruned from the log cannot be compared; what a lost database held, neither.
  const comparable = projected >= first;
  const after = (comparable ? projected - 1 : projected) as Sequence;
  const reader = new LogReader({ files, directory: logDirectory(directory), after });
  if (!comparable) return reader;
  try {
    const [entry] = await reader.read(projected, 1);
    if (entry?.payload.toString() === store.recordAt(projected)) return reader;
  } catch (error) {
    await reader.close();
    throw error;
  }
  await reader.close();
  throw new JournalUnusableError(
    'unusable',
    `entry ${projected} of the log is not the purchase that the database holds as ${projected}: the two are copies of one ` +
      'shop from different times, and sales went on after each',
  );
}
