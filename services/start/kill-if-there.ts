/** Sends a signal to a process that may have just ended by itself, which is as good. */
export function killIfThere(pid: number, signal?: string | number): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
