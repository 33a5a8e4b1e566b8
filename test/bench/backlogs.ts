import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { constants } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export interface BacklogShape {
  readonly count: number;
  /** `held-by-one`: delivered all but the first, which finance has refused. By default none has been delivered. */
  readonly outcomes?: 'pending' | 'confirmed' | 'held-by-one';
  readonly segmentBytes?: number;
}

const run = promisify(execFile);
const segmentBytesDefault = 64 * 1024 ** 2;
/** Sharing blocks where the file system can. */
const asCopy = { recursive: true, mode: constants.COPYFILE_FICLONE };

/**
 * Data directories of checkouts that have taken many purchases. Each shape is filled once in a run, because that takes minutes, those
 * with outcomes from the one without, and copied for whoever works on it.
 */
export class Backlogs {
  readonly #parent: string;
  readonly #filled = new Map<string, string>();
  #directory: string | undefined;

  /** Makes nothing before it is asked for something. */
  constructor(parent: string) {
    this.#parent = parent;
  }

  /** A copy of its own; whoever asks removes it. */
  async copy(shape: BacklogShape, progress: (text: string) => void): Promise<string> {
    const filled = await this.#fill(shape, progress);
    progress(`copying a backlog of ${shape.count}`);
    const copy = await mkdtemp(join(this.#parent, 'bench-copy-'));
    await cp(filled, copy, asCopy);
    // What is measured on it must not wait for the copy to get to the disk.
    await run('sync', ['-f', copy]);
    return copy;
  }

  /** Removes what was filled. */
  async remove(): Promise<void> {
    if (this.#directory !== undefined) await rm(this.#directory, { recursive: true });
  }

  async #fill(shape: BacklogShape, progress: (text: string) => void): Promise<string> {
    const { count, outcomes = 'pending', segmentBytes = segmentBytesDefault } = shape;
    const name = `${count}-${outcomes}-${segmentBytes}`;
    const known = this.#filled.get(name);
    if (known !== undefined) return known;
    this.#directory ??= await mkdtemp(join(this.#parent, 'bench-backlogs-'));
    const directory = join(this.#directory, name);
    if (outcomes !== 'pending') await cp(await this.#fill({ count, segmentBytes }, progress), directory, asCopy);
    const started = performance.now();
    progress(`filling a backlog of ${count}, ${outcomes}`);
    const script = fileURLToPath(new URL('./fill-backlog.js', import.meta.url));
    await run(process.execPath, [script, directory, String(count), String(segmentBytes), outcomes]);
    const seconds = (performance.now() - started) / 1000;
    progress(`filled a backlog of ${count}, ${outcomes}, in ${seconds.toFixed(0)} s, ${Math.round(count / seconds)}/s`);
    this.#filled.set(name, directory);
    return directory;
  }
}
