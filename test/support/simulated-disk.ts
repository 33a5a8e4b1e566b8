/*
 * A disk in memory that knows what has been synced, so that a test can take the power away and look at every state that a real
 * disk could be left in.
 *
 * Files keep their bytes apart by what is seen, certain and open (simulated-file.ts). Names work the same way: what was made,
 * renamed or removed is certain once its directory has been synced; until then each of it may have happened or not, whatever
 * came before or after it. A process that dies leaves the disk as it is: what was open stays open.
 */
import { createHash } from 'node:crypto';
import { dirname } from 'node:path';

import { LogLockedError } from '../../shared/wal/errors.js';
import type { DirectoryLock, FilePort, LogFile } from '../../shared/wal/types.js';
import { SimulatedFile } from './simulated-file.js';

/** What each file holds, by path: to compare, and to start from again. */
export type DiskImage = ReadonlyMap<string, Buffer>;

/** Which file a name leads to. */
export type Names = ReadonlyMap<string, SimulatedFile>;

/** One change of a name since its directory was synced. A rename both removes and sets. */
interface NameChange {
  readonly directory: string;
  readonly removes?: string;
  readonly sets?: { readonly path: string; readonly file: SimulatedFile };
  /** As for the bytes of a file. */
  state: 'pending' | 'stuck' | 'certain';
}

export class SimulatedDisk implements FilePort {
  #seen = new Map<string, SimulatedFile>();
  #certain = new Map<string, SimulatedFile>();
  #changes: NameChange[] = [];
  readonly #locks = new Set<string>();
  readonly #sectorBytes: number | undefined;

  constructor(image: DiskImage = new Map(), options: { readonly sectorBytes?: number } = {}) {
    this.#sectorBytes = options.sectorBytes;
    for (const [path, bytes] of image) this.put(path, bytes);
  }

  /** A copy of what processes see. */
  image(): DiskImage {
    return new Map([...this.#seen].sort().map(([path, { seen }]) => [path, Buffer.from(seen)]));
  }

  /** A copy of what the plainest of all power cuts would leave: everything that is not certain is lost. */
  imageAfterPowerCut(): DiskImage {
    return new Map([...this.namesAfter(() => false)].map(([path, file]) => [path, file.afterPowerCut([])]));
  }

  /** The same for the same files with the same bytes: quicker to compare than images. */
  fingerprint(): string {
    return fingerprint(new Map([...this.#seen].map(([path, { seen }]) => [path, seen])));
  }

  /** The same for disks that look the same and have the same open: a power cut could make the same of them. */
  openFingerprint(): string {
    const file = (path: string, each: SimulatedFile) => `${path} ${each.openFingerprint()}`;
    const names = [...this.#certain].map(([path, each]) => file(path, each));
    const changes = this.#changes.map(
      ({ removes, sets, state }) => `${state} -${removes ?? ''} +${sets ? file(sets.path, sets.file) : ''}`,
    );
    return createHash('sha1')
      .update([...names.sort(), ...changes].join('\n'))
      .digest('hex');
  }

  /** Puts a file there that is certain, whatever was there before. */
  put(path: string, bytes: Buffer): void {
    const file = this.#newFile(bytes);
    this.#seen.set(path, file);
    this.#certain.set(path, file);
  }

  remove(path: string): void {
    this.#seen.delete(path);
    this.#certain.delete(path);
  }

  /**
   * What a failed sync of a file, or of a directory, leaves. Kinder than the worst disk in one thing: what was only removed is
   * removed for good by the next sync that succeeds (see the limits in shared/wal/README.md).
   */
  failSync(path: string): void {
    this.#seen.get(path)?.failSync();
    for (const change of this.#changes) {
      if (change.directory === path && change.state === 'pending' && change.sets) change.state = 'stuck';
    }
  }

  /** The disk as it is now, with all that is open, for another process. */
  copy(): SimulatedDisk {
    const copy = new SimulatedDisk(
      new Map(),
      this.#sectorBytes === undefined ? {} : { sectorBytes: this.#sectorBytes },
    );
    const copies = new Map<SimulatedFile, SimulatedFile>();
    const copyOf = (file: SimulatedFile) => {
      const known = copies.get(file) ?? file.copy();
      copies.set(file, known);
      return known;
    };
    for (const [path, file] of this.#seen) copy.#seen.set(path, copyOf(file));
    for (const [path, file] of this.#certain) copy.#certain.set(path, copyOf(file));
    copy.#changes = this.#changes.map(({ sets, ...change }) => ({
      ...change,
      ...(sets && { sets: { path: sets.path, file: copyOf(sets.file) } }),
    }));
    return copy;
  }

  /** Changes of names that are not certain. */
  get openNameChanges(): number {
    return this.#changes.filter(({ state }) => state !== 'certain').length;
  }

  /** The names after a power cut; `happened` is asked for each change that is not certain, by its number. */
  namesAfter(happened: (index: number) => boolean): Names {
    const names = new Map(this.#certain);
    let open = 0;
    for (const change of this.#changes) {
      if (change.state === 'certain') applyChange(names, change);
      else {
        if (happened(open)) applyChange(names, change);
        open += 1;
      }
    }
    return names;
  }

  makeDirectory(): Promise<void> {
    return Promise.resolve();
  }

  list(directory: string): Promise<string[]> {
    const inside = [...this.#seen.keys()].filter((path) => dirname(path) === directory);
    return Promise.resolve(inside.map((path) => path.slice(directory.length + 1)).reverse());
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- what is thrown must be a rejection
  async open(path: string, mode: 'read' | 'write' | 'create'): Promise<LogFile> {
    if (mode !== 'create') return openSimulated(this.#found(path));
    const existing = this.#seen.get(path);
    if (existing) {
      existing.truncate(0);
      return openSimulated(existing);
    }
    const file = this.#newFile(Buffer.alloc(0));
    this.#change({ directory: dirname(path), sets: { path, file } });
    return openSimulated(file);
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- what is thrown must be a rejection
  async rename(from: string, to: string): Promise<void> {
    const file = this.#found(from);
    this.#change({ directory: dirname(to), removes: from, sets: { path: to, file } });
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- what is thrown must be a rejection
  async unlink(path: string): Promise<void> {
    this.#found(path);
    this.#change({ directory: dirname(path), removes: path });
  }

  syncDirectory(directory: string): Promise<void> {
    for (const change of this.#changes) {
      if (change.directory === directory && change.state === 'pending') change.state = 'certain';
    }
    let settled = 0;
    for (const change of this.#changes) {
      if (change.state !== 'certain') break;
      applyChange(this.#certain, change);
      settled += 1;
    }
    this.#changes.splice(0, settled);
    return Promise.resolve();
  }

  lock(path: string): DirectoryLock {
    if (this.#locks.has(path)) throw new LogLockedError(dirname(path));
    this.#locks.add(path);
    return {
      release: () => {
        this.#locks.delete(path);
      },
    };
  }

  #newFile(bytes: Buffer): SimulatedFile {
    return new SimulatedFile(bytes, this.#sectorBytes);
  }

  #change(change: Omit<NameChange, 'state'>): void {
    const pending: NameChange = { ...change, state: 'pending' };
    applyChange(this.#seen, pending);
    this.#changes.push(pending);
  }

  #found(path: string): SimulatedFile {
    const file = this.#seen.get(path);
    if (!file) throw systemError('ENOENT', path);
    return file;
  }
}

/** The same for the same files with the same bytes. */
export function fingerprint(image: DiskImage): string {
  const hash = createHash('sha1');
  for (const path of [...image.keys()].sort()) {
    const bytes = image.get(path)!;
    hash.update(`${path} ${bytes.length} `).update(bytes);
  }
  return hash.digest('hex');
}

function applyChange(names: Map<string, SimulatedFile>, { removes, sets }: NameChange): void {
  if (removes !== undefined) names.delete(removes);
  if (sets) names.set(sets.path, sets.file);
}

function openSimulated(file: SimulatedFile): LogFile {
  return {
    read: (buffer, position) => Promise.resolve(file.seen.subarray(position).copy(buffer)),
    write(buffer, position) {
      file.write(buffer, position);
      return Promise.resolve(buffer.length);
    },
    datasync() {
      file.sync();
      return Promise.resolve();
    },
    truncate(bytes) {
      file.truncate(bytes);
      return Promise.resolve();
    },
    size: () => Promise.resolve(file.seen.length),
    close: () => Promise.resolve(),
  };
}

/** An error as the operating system would give it. */
export function systemError(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${path}`), { code });
}
