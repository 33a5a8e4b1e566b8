/*
 * A disk in memory that knows what has been synced, so that a test can take the power away.
 *
 * Each file has its bytes as a process sees them and its bytes as they would survive; a sync copies what has been written
 * since the last one. Names work the same way: they survive once their directory has been synced. It is the plainest of all
 * crashes, in which everything unsynced is lost; reorderings and torn sectors are not here.
 */
import { createHash } from 'node:crypto';
import { dirname } from 'node:path';

import { LogLockedError } from '../../shared/wal/errors.js';
import type { DirectoryLock, FilePort, LogFile } from '../../shared/wal/types.js';

/** What each file holds, by path: to compare, and to start from again. */
export type DiskImage = ReadonlyMap<string, Buffer>;

class StoredFile {
  seen: Buffer;
  survives: Buffer;
  /** Written since the last sync. */
  dirty: { from: number; to: number }[] = [];

  constructor(bytes: Buffer) {
    this.seen = Buffer.from(bytes);
    this.survives = Buffer.from(bytes);
  }

  write(bytes: Buffer, position: number): void {
    const to = position + bytes.length;
    if (to > this.seen.length) this.seen = resized(this.seen, to);
    bytes.copy(this.seen, position);
    this.dirty.push({ from: position, to });
  }

  sync(): void {
    this.survives = resized(this.survives, this.seen.length);
    for (const { from, to } of this.dirty) this.seen.copy(this.survives, from, from, Math.min(to, this.seen.length));
    this.dirty = [];
  }
}

export class MemoryDisk implements FilePort {
  #files = new Map<string, StoredFile>();
  #survivingNames = new Map<string, StoredFile>();
  readonly #locks = new Set<string>();

  constructor(image: DiskImage = new Map()) {
    for (const [path, bytes] of image) this.put(path, bytes);
  }

  /** A copy of what a process sees. */
  image(): DiskImage {
    return new Map([...this.#files].sort().map(([path, { seen }]) => [path, Buffer.from(seen)]));
  }

  /** A copy of what a power cut would leave. */
  imageAfterPowerCut(): DiskImage {
    return new Map([...this.#survivingNames].map(([path, { survives }]) => [path, Buffer.from(survives)]));
  }

  /** The same for the same files with the same bytes: quicker to compare than images. */
  fingerprint(): string {
    const hash = createHash('sha1');
    for (const [path, { seen }] of [...this.#files].sort()) hash.update(`${path} ${seen.length} `).update(seen);
    return hash.digest('hex');
  }

  /** Puts a file there that survives, whatever was there before. */
  put(path: string, bytes: Buffer): void {
    const file = new StoredFile(bytes);
    this.#files.set(path, file);
    this.#survivingNames.set(path, file);
  }

  remove(path: string): void {
    this.#files.delete(path);
    this.#survivingNames.delete(path);
  }

  /** As Linux does after a failed sync: what was to be written stays readable, but no later sync writes it. */
  markClean(path: string): void {
    this.#found(path).dirty = [];
  }

  makeDirectory(): Promise<void> {
    return Promise.resolve();
  }

  list(directory: string): Promise<string[]> {
    const inside = [...this.#files.keys()].filter((path) => dirname(path) === directory);
    return Promise.resolve(inside.map((path) => path.slice(directory.length + 1)).reverse());
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- what is thrown must be a rejection
  async open(path: string, mode: 'read' | 'write' | 'create'): Promise<LogFile> {
    if (mode !== 'create') return openStored(this.#found(path));
    const file = this.#files.get(path) ?? new StoredFile(Buffer.alloc(0));
    file.seen = Buffer.alloc(0);
    this.#files.set(path, file);
    return openStored(file);
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- what is thrown must be a rejection
  async rename(from: string, to: string): Promise<void> {
    const file = this.#found(from);
    this.#files.delete(from);
    this.#files.set(to, file);
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- what is thrown must be a rejection
  async unlink(path: string): Promise<void> {
    this.#found(path);
    this.#files.delete(path);
  }

  syncDirectory(directory: string): Promise<void> {
    const elsewhere = [...this.#survivingNames].filter(([path]) => dirname(path) !== directory);
    const here = [...this.#files].filter(([path]) => dirname(path) === directory);
    this.#survivingNames = new Map([...elsewhere, ...here]);
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

  #found(path: string): StoredFile {
    const file = this.#files.get(path);
    if (!file) throw systemError('ENOENT', path);
    return file;
  }
}

function openStored(file: StoredFile): LogFile {
  return {
    read: (buffer, position) => Promise.resolve(file.seen.copy(buffer, 0, position)),
    write(buffer, position) {
      file.write(buffer, position);
      return Promise.resolve(buffer.length);
    },
    datasync() {
      file.sync();
      return Promise.resolve();
    },
    truncate(bytes) {
      file.seen = resized(file.seen, bytes);
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

function resized(bytes: Buffer, length: number): Buffer {
  const result = Buffer.alloc(length);
  bytes.copy(result);
  return result;
}
