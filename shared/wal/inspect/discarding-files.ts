import { LogLockedError } from '../errors.js';
import type { FilePort, LogFile } from '../types.js';

/**
 * A file port that shows what is on a disk and changes nothing: what is written is dropped, and so are locks, names and syncs.
 * A file that is cut seems shorter as long as it is open, but has what it had when it is opened again.
 */
export function discardingFiles(files: FilePort): FilePort {
  const done = () => Promise.resolve();
  return {
    makeDirectory: done,
    list: (directory) => files.list(directory),
    open: async (path, mode) => (mode === 'create' ? nowhere() : discardingFile(await files.open(path, 'read'))),
    rename: done,
    unlink: done,
    syncDirectory: done,
    lock(path) {
      throw new LogLockedError(path);
    },
  };
}

function discardingFile(file: LogFile): LogFile {
  let cut = Infinity;
  return {
    read(buffer, position) {
      const room = Math.max(0, cut - position);
      return file.read(buffer.subarray(0, Math.min(buffer.length, room)), position);
    },
    write: (buffer) => Promise.resolve(buffer.length),
    datasync: () => Promise.resolve(),
    truncate(bytes) {
      cut = Math.min(cut, bytes);
      return Promise.resolve();
    },
    size: async () => Math.min(cut, await file.size()),
    close: () => file.close(),
  };
}

function nowhere(): LogFile {
  return {
    read: () => Promise.resolve(0),
    write: (buffer) => Promise.resolve(buffer.length),
    datasync: () => Promise.resolve(),
    truncate: () => Promise.resolve(),
    size: () => Promise.resolve(0),
    close: () => Promise.resolve(),
  };
}
