import {
  nodeFiles,
  openLog,
  systemLogClock,
  type Log,
  type LogOptions,
  type Sequence,
} from '../../shared/wal/index.js';

/** A new log in a folder. */
export function openNewLog(directory: string, options: Partial<LogOptions> = {}): Promise<Log> {
  return openLog({
    directory,
    files: nodeFiles,
    clock: systemLogClock,
    expected: () => Promise.resolve({ identity: undefined, durable: 0 as Sequence, lowWaterMark: 0 as Sequence }),
    ...options,
  });
}

/** `waiting` callers, each of which appends again as soon as its append has resolved. */
export async function appendFor(
  log: Log,
  { waiting, seconds, payload }: { waiting: number; seconds: number; payload: Buffer },
): Promise<{ appends: number; seconds: number }> {
  const start = performance.now();
  // A look at the clock for each append would be a part of what is measured.
  let over = false;
  setTimeout(() => {
    over = true;
  }, seconds * 1000);
  let appends = 0;
  const caller = async () => {
    while (!over) {
      await log.append(payload);
      appends += 1;
    }
  };
  await Promise.all(Array.from({ length: waiting }, caller));
  return { appends, seconds: (performance.now() - start) / 1000 };
}
