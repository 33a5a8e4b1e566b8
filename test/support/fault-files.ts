import type { DirectoryLock, FilePort, LogFile } from '../../shared/wal/types.js';
import { handResolved } from './hand-resolved.js';
import { systemError } from './simulated-disk.js';

export type FileCallName = Exclude<keyof FilePort | keyof LogFile, 'lock'>;

export interface FileCall {
  readonly name: FileCallName;
  readonly path: string;
}

/** What goes wrong with one call. */
export type Fault =
  /** It rejects with this code. A write may have written a part before: `written` of it, from 0 to 1. */
  | { readonly code: string; readonly written?: number }
  /** A write writes half, and says so. */
  | 'short-write'
  /** It happens when this resolves, or rejects as this does. */
  | { readonly after: Promise<void> };

/** A call that a test holds. */
export interface HeldCall {
  /** Resolves when the call has been made. */
  readonly reached: Promise<void>;
  release(): void;
  fail(error: Error): void;
}

/**
 * A file port in front of another that records every call, lets a test fail or hold any of them, and counts the files that
 * are open.
 */
export class FaultFiles implements FilePort {
  readonly calls: FileCall[] = [];
  /** Asked on each call; `index` counts them from 0. */
  onCall: (call: FileCall, index: number) => Fault | undefined = () => undefined;
  /** Told when a sync was made to fail. */
  onSyncFailed: (path: string) => void = () => undefined;
  readonly #next: { name: FileCallName; pathEnding: string; fault: () => Fault }[] = [];
  readonly #base: FilePort;
  /** Those that are open, by the name they have now. */
  readonly #open = new Map<LogFile, { path: string }>();

  constructor(base: FilePort) {
    this.#base = base;
  }

  /** Paths of the files that are open. */
  get openPaths(): string[] {
    return [...this.#open.values()].map(({ path }) => path);
  }

  /** Calls by these names, as `name path`. */
  callsOf(...names: FileCallName[]): string[] {
    return this.calls.filter(({ name }) => names.includes(name)).map(({ name, path }) => `${name} ${path}`);
  }

  /** Fails the next call by this name on a path that ends so, once; several wait in the order they were given. */
  failNext(name: FileCallName, fault: Fault, pathEnding = ''): void {
    this.#next.push({ name, pathEnding, fault: () => fault });
  }

  /** Holds the next call by this name on a path that ends so until the test lets it go. */
  holdNext(name: FileCallName, pathEnding = ''): HeldCall {
    const reached = handResolved();
    const released = handResolved();
    const fault = () => {
      reached.resolve();
      return { after: released.promise };
    };
    this.#next.push({ name, pathEnding, fault });
    return {
      reached: reached.promise,
      release: () => {
        released.resolve();
      },
      fail: (error) => {
        released.reject(error);
      },
    };
  }

  makeDirectory(path: string): Promise<void> {
    return this.#call('makeDirectory', path, () => this.#base.makeDirectory(path));
  }

  list(directory: string): Promise<string[]> {
    return this.#call('list', directory, () => this.#base.list(directory));
  }

  async open(path: string, mode: 'read' | 'write' | 'create'): Promise<LogFile> {
    const file = await this.#call('open', path, () => this.#base.open(path, mode));
    return this.#watch(file, { path });
  }

  async rename(from: string, to: string): Promise<void> {
    await this.#call('rename', to, () => this.#base.rename(from, to));
    for (const name of this.#open.values()) if (name.path === from) name.path = to;
  }

  unlink(path: string): Promise<void> {
    return this.#call('unlink', path, () => this.#base.unlink(path));
  }

  syncDirectory(directory: string): Promise<void> {
    return this.#call('syncDirectory', directory, () => this.#base.syncDirectory(directory));
  }

  lock(path: string): DirectoryLock {
    return this.#base.lock(path);
  }

  #watch(file: LogFile, name: { path: string }): LogFile {
    const watched: LogFile = {
      read: (buffer, position) => this.#call('read', name.path, () => file.read(buffer, position)),
      write: (buffer, position) =>
        this.#call(
          'write',
          name.path,
          () => file.write(buffer, position),
          (part) => file.write(buffer.subarray(0, Math.max(1, Math.floor(buffer.length * part))), position),
        ),
      datasync: () => this.#call('datasync', name.path, () => file.datasync()),
      truncate: (bytes) => this.#call('truncate', name.path, () => file.truncate(bytes)),
      size: () => this.#call('size', name.path, () => file.size()),
      close: () => {
        // Linux frees the descriptor even when it reports an error.
        if (!this.#open.delete(watched)) throw new Error(`${name.path} was closed twice`);
        return this.#call('close', name.path, () => file.close());
      },
    };
    this.#open.set(watched, name);
    return watched;
  }

  #takeNext({ name, path }: FileCall): Fault | undefined {
    const index = this.#next.findIndex((each) => each.name === name && path.endsWith(each.pathEnding));
    return index < 0 ? undefined : this.#next.splice(index, 1)[0]?.fault();
  }

  async #call<T>(
    name: FileCallName,
    path: string,
    perform: () => Promise<T>,
    performPart?: (part: number) => Promise<T>,
  ): Promise<T> {
    const call = { name, path };
    const fault = this.#takeNext(call) ?? this.onCall(call, this.calls.length);
    this.calls.push(call);
    if (fault === undefined) return perform();
    if (fault === 'short-write') return performPart ? performPart(0.5) : perform();
    if ('after' in fault) {
      await fault.after;
      return perform();
    }
    if (fault.written !== undefined) await performPart?.(fault.written);
    if (name === 'datasync' || name === 'syncDirectory') this.onSyncFailed(path);
    throw systemError(fault.code, path);
  }
}
