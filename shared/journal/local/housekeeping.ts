import {
  nodeFiles,
  SegmentPruner,
  systemLogClock,
  type FilePort,
  type LogClock,
  type Sequence,
} from '../../wal/index.js';
import { JournalFailedError } from '../errors.js';
import { ExpiredKeys, type ExpiredKeysOptions } from './expired-keys.js';
import { logDirectory } from './layout.js';
import { Pruning } from './pruning.js';

export interface HousekeepingOptions extends Pick<ExpiredKeysOptions, 'commit'> {
  readonly keys: ExpiredKeysOptions['store'];
  readonly directory: string;
  readonly files?: FilePort | undefined;
  readonly clock?: Pick<LogClock, 'schedule'> | undefined;
  /** The log begins with this segment now. */
  readonly onPruned: (firstSequence: Sequence) => void;
  readonly onFailed: (error: unknown) => void;
}

/** What is removed in the background: segments that the mark has passed and, of what is in no segment any more, expired keys. */
export class Housekeeping {
  readonly #pruning: Pruning;
  readonly #keys: ExpiredKeys;

  constructor(options: HousekeepingOptions) {
    const { keys: store, commit, directory, files = nodeFiles, clock = systemLogClock, onFailed } = options;
    this.#keys = new ExpiredKeys({ store, commit, clock, onFailed });
    this.#pruning = new Pruning({
      pruner: new SegmentPruner({ files, directory: logDirectory(directory) }),
      onPruned: (firstSequence) => {
        this.#keys.pruned(firstSequence);
        options.onPruned(firstSequence);
      },
      onFailed: (cause) => {
        onFailed(new JournalFailedError('failed', 'segments could not be removed', { cause }));
      },
    });
  }

  /** Begins, with a log whose first entry is this one. */
  async start(logBegin: Sequence): Promise<void> {
    await this.#pruning.start();
    this.#keys.start(logBegin);
  }

  /** Tells of a new segment. */
  rolled(firstSequence: Sequence): void {
    this.#pruning.rolled(firstSequence);
  }

  /** Tells that the mark stands here, durably. */
  passed(mark: Sequence): void {
    this.#pruning.passed(mark);
  }

  /** Finishes what is under way. */
  async stop(): Promise<void> {
    await Promise.all([this.#pruning.stop(), this.#keys.stop()]);
  }
}
