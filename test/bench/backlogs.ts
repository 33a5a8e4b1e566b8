import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { constants, existsSync } from 'node:fs';
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
 * Data directories of checkouts that have taken many purchases. Each shape is filled once, because that takes minutes, those with
 * outcomes from the one without, and copied for whoever works on it. Where they are kept, later runs find them.
 */
export class Backlogs {
  readonly #parent: string;
  readonly #kept: string | undefined;
  #filled: string | undefined;

  /** Makes nothing before it is asked for something: copies in `parent`, and what they are copied from in `kept`, if that is given. */
  constructor(parent: string, kept?: string) {
    this.#parent = parent;
    this.#kept = kept;
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

  /** Removes what is not to be kept. */
  async remove(): Promise<void> {
    if (this.#filled !== undefined && this.#kept === undefined) await rm(this.#filled, { recursive: true });
  }

  async #fill(shape: BacklogShape, progress: (text: string) => void): Promise<string> {
    const { count, outcomes = 'pending', segmentBytes = segmentBytesDefault } = shape;
    this.#filled ??= this.#kept ?? (await mkdtemp(join(this.#parent, 'bench-backlogs-')));
    await mkdir(this.#filled, { recursive: true });
    const directory = join(this.#filled, `${count}-${outcomes}-${segmentBytes}`);
    if (existsSync(directory)) return directory;
    // It has its name once it is whole.
    const unfinished = `${directory}.unfinished`;
    await rm(unfinished, { recursive: true, force: true });
    if (outcomes !== 'pending') await cp(await this.#fill({ count, segmentBytes }, progress), unfinished, asCopy);
    const started = performance.now();
    progress(`filling a backlog of ${count}, ${outcomes}`);
    const script = fileURLToPath(new URL('./fill-backlog.js', import.meta.url));
    await run(process.execPath, [script, unfinished, String(count), String(segmentBytes), outcomes]);
    const seconds = (performance.now() - started) / 1000;
    progress(`filled a backlog of ${count}, ${outcomes}, in ${seconds.toFixed(0)} s, ${Math.round(count / seconds)}/s`);
    await rename(unfinished, directory);
    return directory;
  }
}
