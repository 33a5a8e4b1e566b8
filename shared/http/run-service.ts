/** Exit status when the service cannot start as it is set up, so that starting it again would not help (EX_CONFIG). */
export const exitNeedsPerson = 78;
const exitFailed = 1;

/** A service that runs; `failed` settles when it must not go on. */
export interface Running {
  /** Finishes what is in flight within the service's own deadline, then closes. `hurry`: whatever is only waited for, is not. */
  stop(hurry: AbortSignal): Promise<void>;
  /** Rejects when the service cannot do its work any more and should be started anew. */
  readonly failed: Promise<never>;
  /** Called when it has failed, before the process ends: tells those who wait for an answer. */
  fail(error: unknown): Promise<void>;
}

/** Errors that a restart cannot mend are marked so by their class. */
export type NeedsPerson = (error: unknown) => boolean;

/**
 * Runs a service as this process: starts it, stops it on SIGTERM, SIGINT or when its parent process goes away, and exits with
 * 0 after an orderly stop, 78 when a person must change something before it can start, 1 otherwise.
 *
 * - **starting**: a signal ends the process at once: whatever a start does may be broken off anywhere, as by a kill.
 * - **running**: a signal leads to stopping, a failure to failing.
 * - **stopping**: a second signal, or a parent that goes away, hurries it.
 * - **failing**: those who wait for an answer get it, then the process ends. Signals change nothing: it must not exit with 0.
 */
export async function runService(name: string, start: () => Promise<Running>, needsPerson: NeedsPerson): Promise<void> {
  let running: Running | undefined = undefined;
  let ending = false;
  const hurry = new AbortController();
  const die = (error: unknown): never => {
    process.stderr.write(`${name}: ${describe(error)}\n`);
    process.exit(needsPerson(error) ? exitNeedsPerson : exitFailed);
  };
  const stop = () => {
    if (!running) process.exit(0);
    if (ending) hurry.abort();
    else running.stop(hurry.signal).then(() => process.exit(0), die);
    ending = true;
  };
  process.on('uncaughtException', die);
  process.on('unhandledRejection', die);
  // Listened for from the start: a parent that dies while the service opens must not leave it behind.
  process.once('disconnect', () => {
    hurry.abort();
    stop();
  });
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  const opened = await start().catch(die);
  running = opened;
  opened.failed.catch((error: unknown) => {
    if (ending) return;
    ending = true;
    void opened.fail(error).finally(() => die(error));
  });
}

/** One line for what a person can act on, the stack for what only a bug explains. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.name === 'Error' || error.name === 'TypeError' ? (error.stack ?? error.message) : error.message;
}
