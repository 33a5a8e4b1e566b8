import type { FilePort, LogFile } from '../../shared/wal/index.js';

/** What the next datasyncs and writes of files that were opened through the port do. */
export interface DiskFault {
  /** Thrown by every write while set; the code decides what the log makes of it. */
  write: NodeJS.ErrnoException | undefined;
  /** Awaited by every datasync while set. */
  syncing: Promise<void> | undefined;
}

export function systemError(code: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code}: the test says so`), { code });
}

/** A file port whose disk has faults when the test says so. */
export function faultyLogFiles(files: FilePort): { files: FilePort; fault: DiskFault } {
  const fault: DiskFault = { write: undefined, syncing: undefined };
  const open = async (...args: Parameters<FilePort['open']>): Promise<LogFile> => {
    const file = await files.open(...args);
    return {
      read: (buffer, position) => file.read(buffer, position),
      write: (buffer, position) => (fault.write ? Promise.reject(fault.write) : file.write(buffer, position)),
      datasync: async () => {
        await fault.syncing;
        await file.datasync();
      },
      truncate: (bytes) => file.truncate(bytes),
      size: () => file.size(),
      close: () => file.close(),
    };
  };
  return { files: { ...files, open }, fault };
}
