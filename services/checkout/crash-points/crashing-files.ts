import type { CrashPoint } from '../../../shared/crash-points/index.js';
import type { DirectoryLock, FilePort, LogFile } from '../../../shared/journal/index.js';
import { CrashingSegment } from './crashing-segment.js';

const segmentEnding = '.wal';
const unfinishedEnding = '.wal.new';

/**
 * The log's way to the disk, with the points in it. Each thread has one of its own: the API thread writes, syncs, rolls and
 * cuts, the delivery thread reads and unlinks.
 *
 * Batches and rolls pass their points once the log is open: what recovery writes again or makes anew is neither.
 */
export class CrashingFiles implements FilePort {
  readonly #files: FilePort;
  readonly #point: CrashPoint;
  /** Segments that have no name yet, by the path they have instead. */
  readonly #unfinished = new Map<string, { path: string }>();
  #open = false;
  #rolled = false;

  constructor(files: FilePort, point: CrashPoint) {
    this.#files = files;
    this.#point = point;
  }

  /** Tells that the log is open. */
  opened(): void {
    this.#open = true;
  }

  makeDirectory(path: string): Promise<void> {
    return this.#files.makeDirectory(path);
  }

  list(directory: string): Promise<string[]> {
    return this.#files.list(directory);
  }

  async open(path: string, mode: 'read' | 'write' | 'create'): Promise<LogFile> {
    const file = await this.#files.open(path, mode);
    const unfinished = path.endsWith(unfinishedEnding);
    if (!unfinished && !path.endsWith(segmentEnding)) return file;
    const name = { path };
    if (unfinished) this.#unfinished.set(path, name);
    const stage = () => {
      if (name.path.endsWith(unfinishedEnding)) return 'unfinished';
      return this.#open ? 'open' : 'opening';
    };
    return new CrashingSegment(file, stage, this.#point);
  }

  async rename(from: string, to: string): Promise<void> {
    const rolls = this.#open && to.endsWith(segmentEnding);
    if (rolls) this.#point.pass('on-roll');
    await this.#files.rename(from, to);
    const name = this.#unfinished.get(from);
    if (name) name.path = to;
    this.#unfinished.delete(from);
    this.#rolled = rolls;
  }

  async unlink(path: string): Promise<void> {
    const prunes = path.endsWith(segmentEnding);
    if (prunes) this.#point.pass('before-unlink');
    await this.#files.unlink(path);
    this.#unfinished.delete(path);
    if (prunes) this.#point.pass('after-unlink');
  }

  async syncDirectory(directory: string): Promise<void> {
    await this.#files.syncDirectory(directory);
    const rolled = this.#rolled;
    this.#rolled = false;
    if (rolled) this.#point.pass('after-roll');
  }

  lock(path: string): DirectoryLock {
    return this.#files.lock(path);
  }
}
