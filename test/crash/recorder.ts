import { AppendOutcomeUnknownError, AppendRefusedError } from '../../shared/wal/errors.js';
import type { Log } from '../../shared/wal/types.js';
import { FaultFiles, type Fault, type FileCall } from '../support/fault-files.js';
import type { SimulatedDisk } from '../support/simulated-disk.js';
import type { Told } from './told.js';

/** The disk at one moment, and what had been told by then. */
export interface Moment {
  /** The call to the disk that was about to be made. */
  readonly before: string;
  readonly disk: SimulatedDisk;
  readonly told: Told;
}

/** Calls that leave the disk as it is: a crash before one is a crash before the next. */
const harmless: ReadonlySet<FileCall['name']> = new Set(['makeDirectory', 'list', 'read', 'size', 'close']);

/** Watches a log at work on a simulated disk, and keeps every moment at which a crash makes a difference. */
export class Recorder {
  readonly disk: SimulatedDisk;
  readonly files: FaultFiles;
  readonly moments: Moment[] = [];
  #told: Told;

  constructor(disk: SimulatedDisk, told: Told) {
    this.disk = disk;
    this.#told = told;
    this.files = new FaultFiles(disk);
    this.files.onSyncFailed = (path) => {
      disk.failSync(path);
    };
    this.files.onCall = (call, index) => {
      if (!harmless.has(call.name)) this.keep(`${call.name} ${call.path}`);
      return this.faultAt(index, call, this);
    };
  }

  /** Asked for each call to the disk, by its number from 0. */
  faultAt: (index: number, call: FileCall, recorder: Recorder) => Fault | undefined = () => undefined;

  get told(): Told {
    return this.#told;
  }

  /** No further crash is of interest. */
  stopKeeping(): void {
    this.files.onCall = () => undefined;
  }

  keep(before: string): void {
    this.moments.push({ before, disk: this.disk.copy(), told: this.#told });
  }

  /** An opening has found these: whoever asks is told of them from now on. */
  found(acknowledged: readonly string[]): void {
    this.#told = { ...this.#told, acknowledged, unanswered: [] };
  }

  /** The mark is durable, and may be followed by the pruner. */
  marked(mark: number): void {
    this.#told = { ...this.#told, mark };
  }

  /** Appends a batch and notes what became of it. A refused one was not written, and must never be found. */
  async append(log: Log, payloads: readonly string[]): Promise<void> {
    const others = () => this.#told.unanswered.filter((each) => each !== payloads);
    this.#told = { ...this.#told, unanswered: [...this.#told.unanswered, payloads] };
    try {
      await Promise.all(payloads.map((payload) => log.append(Buffer.from(payload))));
      const acknowledged = [...this.#told.acknowledged, ...payloads];
      this.#told = { ...this.#told, acknowledged, unanswered: others() };
    } catch (error) {
      if (error instanceof AppendRefusedError) this.#told = { ...this.#told, unanswered: others() };
      else if (!(error instanceof AppendOutcomeUnknownError)) throw error;
    }
  }
}
