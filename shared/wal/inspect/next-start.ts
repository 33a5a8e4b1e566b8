import { LogUnusableError } from '../errors.js';
import { recoverLog } from '../recover-log.js';
import { systemLogClock } from '../system-log-clock.js';
import type { FilePort, LogExpectation, Sequence } from '../types.js';
import { discardingFiles } from './discarding-files.js';

/** What opening the log would do. */
export type NextStart =
  | { readonly status: 'opens'; readonly durableSequence: Sequence; readonly tornBytes: number }
  | { readonly status: 'makes-new' }
  | { readonly status: 'refuses'; readonly reason: string };

/**
 * What opening the log would do now, told by the very code that does it, on a disk that does not change. Only worth something
 * while nobody writes.
 */
export async function foretellNextStart(options: {
  readonly files: FilePort;
  readonly directory: string;
  readonly expected: LogExpectation;
}): Promise<NextStart> {
  const context = { ...options, files: discardingFiles(options.files), clock: systemLogClock };
  try {
    const recovered = await recoverLog(context);
    if (!recovered) return { status: 'makes-new' };
    await recovered.active.file.close();
    return { status: 'opens', durableSequence: recovered.durableSequence, tornBytes: recovered.tornBytes };
  } catch (error) {
    if (!(error instanceof LogUnusableError)) throw error;
    return { status: 'refuses', reason: error.message };
  }
}
