import { writeSync } from 'node:fs';

const standardError = 2;

/**
 * Kills this process as the kernel would: no handler runs, nothing is flushed. Says why, since the process cannot afterwards.
 * Works from any thread; this one does nothing more, even if the signal takes a moment.
 */
export function killThisProcess(reason: string): never {
  try {
    writeSync(standardError, `${reason}\n`);
  } finally {
    process.kill(process.pid, 'SIGKILL');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  }
  throw new Error('a killed process goes on');
}
