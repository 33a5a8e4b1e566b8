/** Exit status when the service cannot start as it is set up, so that starting it again would not help (EX_CONFIG). */
export const exitNeedsPerson = 78;
const exitFailed = 1;

/** SQLite waits five seconds for whoever holds a database; a thread that is left inside it ends the process with an abort. */
const startBrokenOffAfterMs = 10_000;

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
 * - **starting**: a signal ends the process as soon as the start has come to its end, in whatever way, or after ten seconds, or at
 *   a second signal: whatever a start does may be broken off anywhere, as by a kill, but not always with 0.
 * - **running**: a signal leads to stopping, a failure to failing.
 * - **stopping**: a second signal, or a parent that goes away, hurries it.
 * - **failing**: those who wait for an answer get it, then the process ends. Signals change nothing: it must not exit with 0.
 */
export async function runService(name: string, start: () => Promise<Running>, needsPerson: NeedsPerson): Promise<void> {
  const state: { running: Running | undefined; ending: boolean } = { running: undefined, ending: false };
  const hurry = new AbortController();
  const die = (error: unknown): never => {
    process.stderr.write(`${name}: ${describe(error)}\n`);
    process.exit(needsPerson(error) ? exitNeedsPerson : exitFailed);
  };
  const stop = () => {
    if (state.ending) {
      if (!state.running) process.exit(0);
      hurry.abort();
      return;
    }
    state.ending = true;
    if (state.running) state.running.stop(hurry.signal).then(() => process.exit(0), die);
    else setTimeout(() => process.exit(0), startBrokenOffAfterMs);
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
  const opened = await start().catch((error: unknown) => (state.ending ? process.exit(0) : die(error)));
  state.running = opened;
  opened.failed.catch((error: unknown) => {
    if (state.ending) return;
    state.ending = true;
    void opened.fail(error).finally(() => die(error));
  });
  if (state.ending) opened.stop(hurry.signal).then(() => process.exit(0), die);
}

/** One line for what a person can act on, the stack for what only a bug explains. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.name === 'Error' || error.name === 'TypeError' ? (error.stack ?? error.message) : error.message;
}
