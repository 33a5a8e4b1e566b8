import type { CrashPoint } from '../../../shared/crash-points/index.js';
import type { LogFile } from '../../../shared/journal/index.js';

/**
 * - **unfinished**: it has no name yet, so it is no part of the log.
 * - **opening**: it is being recovered, or caught up with; what is written is no batch.
 * - **open**: it takes batches, and is read as they come.
 */
export type SegmentStage = 'unfinished' | 'opening' | 'open';

/**
 * A segment's file that passes the points of writing, syncing, reading and cutting it.
 *
 * - A batch passes each of its points once, also when a short write makes two of it.
 * - Zeros are space for batches to come, not one of them: no point is passed for writing, syncing or reading them.
 */
export class CrashingSegment implements LogFile {
  readonly #file: LogFile;
  readonly #stage: () => SegmentStage;
  readonly #point: CrashPoint;
  /** Where the rest of a batch belongs whose write was short. */
  #restAt: number | undefined;
  /** A batch has been written and not synced. */
  #unsynced = false;

  constructor(file: LogFile, stage: () => SegmentStage, point: CrashPoint) {
    this.#file = file;
    this.#stage = stage;
    this.#point = point;
  }

  async read(buffer: Buffer, position: number): Promise<number> {
    const count = await this.#file.read(buffer, position);
    // What begins the file is its header, which the projector reads by itself.
    const entries = this.#stage() === 'open' && position > 0 && !isZeros(buffer.subarray(0, count));
    if (entries) this.#point.pass('before-project');
    return count;
  }

  async write(buffer: Buffer, position: number): Promise<number> {
    if (this.#stage() !== 'open' || isZeros(buffer)) return this.#file.write(buffer, position);
    if (position !== this.#restAt) await this.#passBegin(buffer, position);
    const count = await this.#file.write(buffer, position);
    const whole = count === buffer.length;
    this.#restAt = whole ? undefined : position + count;
    this.#unsynced = whole;
    if (whole) this.#point.pass('after-write');
    return count;
  }

  async datasync(): Promise<void> {
    const ofBatch = this.#unsynced;
    this.#unsynced = false;
    if (ofBatch) this.#point.pass('before-sync');
    await this.#file.datasync();
    if (ofBatch) this.#point.pass('after-sync');
  }

  async truncate(bytes: number): Promise<void> {
    const tornTail = this.#stage() === 'opening';
    if (tornTail) this.#point.pass('before-cut');
    await this.#file.truncate(bytes);
    if (tornTail) this.#point.pass('after-cut');
  }

  size(): Promise<number> {
    return this.#file.size();
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  async #passBegin(batch: Buffer, position: number): Promise<void> {
    this.#point.pass('before-write');
    if (!this.#point.reaches('mid-write')) return;
    await this.#file.write(batch.subarray(0, Math.floor(batch.length / 2)), position);
    this.#point.die();
  }
}

function isZeros(bytes: Buffer): boolean {
  return bytes.every((byte) => byte === 0);
}
