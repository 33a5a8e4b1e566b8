/*
 * Removes the log's segments as the low-water mark passes them, in the background.
 *
 * Owns the pruner. Invariants:
 * 1. It is told of a mark only after that has been committed (W10).
 * 2. One run at a time; a mark or a new segment that comes meanwhile is followed by another run.
 * 3. A segment that is made while those already there are being listed is remembered: one that is forgotten would stay when its
 *    successors go, and a log with a hole is refused.
 */
import type { SegmentPruner, Sequence } from '../../wal/index.js';

export interface PruningOptions {
  readonly pruner: Pick<SegmentPruner, 'start' | 'added' | 'prune'>;
  /** The log begins with this segment now. */
  readonly onPruned: (firstSequence: Sequence) => void;
  /** Called once; nothing is removed after that. */
  readonly onFailed: (error: unknown) => void;
}

export class Pruning {
  readonly #options: PruningOptions;
  #mark = 0 as Sequence;
  #due = false;
  /** New segments, until those that were there before are known. */
  #early: Sequence[] | undefined = [];
  #running: Promise<void> | undefined;
  #stopped = false;

  constructor(options: PruningOptions) {
    this.#options = options;
  }

  /** Looks what is there. */
  async start(): Promise<void> {
    const { pruner } = this.#options;
    await pruner.start();
    for (const firstSequence of this.#early ?? []) pruner.added(firstSequence);
    this.#early = undefined;
    this.#wake();
  }

  /** Tells of a new segment: the one before it is sealed, and the mark may have passed it already. */
  rolled(firstSequence: Sequence): void {
    if (this.#early) {
      this.#early.push(firstSequence);
      return;
    }
    this.#options.pruner.added(firstSequence);
    this.#wake();
  }

  /** Tells that the mark stands here, durably. */
  passed(mark: Sequence): void {
    if (mark <= this.#mark) return;
    this.#mark = mark;
    this.#wake();
  }

  /** Finishes the run under way. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
  }

  #wake(): void {
    this.#due = true;
    if (this.#early || this.#stopped) return;
    this.#running ??= this.#run();
  }

  async #run(): Promise<void> {
    const { pruner, onPruned, onFailed } = this.#options;
    try {
      while (this.#due && !this.#stopped) {
        this.#due = false;
        const firstSequence = await pruner.prune(this.#mark);
        if (firstSequence !== undefined) onPruned(firstSequence);
      }
    } catch (error) {
      this.#stopped = true;
      onFailed(error);
    }
    this.#running = undefined;
  }
}
