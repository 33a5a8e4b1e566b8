/** Exit status when the service cannot start as it is set up, so that starting it again would not help (EX_CONFIG). */
export const exitNeedsPerson = 78;
const exitFailed = 1;

/** A service that runs; `failed` settles when it must not go on. */
export interface Running {
  /** Finishes what is in flight within the service's own deadline, then closes. */
  stop(): Promise<void>;
  /** Rejects when the service cannot do its work any more and should be started anew. */
  readonly failed: Promise<never>;
}

/** Errors that a restart cannot mend are marked so by their class. */
export type NeedsPerson = (error: unknown) => boolean;

/**
 * Runs a service as this process: starts it, stops it on SIGTERM, SIGINT or when its parent process goes away, and exits with
 * 0 after an orderly stop, 78 when a person must change something before it can start, 1 otherwise.
 */
export async function runService(name: string, start: () => Promise<Running>, needsPerson: NeedsPerson): Promise<void> {
  const die = (error: unknown): never => {
    process.stderr.write(`${name}: ${describe(error)}\n`);
    process.exit(needsPerson(error) ? exitNeedsPerson : exitFailed);
  };
  process.on('uncaughtException', die);
  process.on('unhandledRejection', die);
  // Listened for from the start: a parent that dies while the service opens must not leave it behind.
  const parentGone = new Promise<void>((resolve) => {
    process.once('disconnect', resolve);
  });
  const running = await start().catch(die);
  let stopping = false;
  const stop = () => {
    if (stopping) return;
    stopping = true;
    running.stop().then(() => process.exit(0), die);
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  void parentGone.then(stop);
  running.failed.catch((error: unknown) => {
    if (!stopping) die(error);
  });
}

/** One line for what a person can act on, the stack for what only a bug explains. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.name === 'Error' || error.name === 'TypeError' ? (error.stack ?? error.message) : error.message;
}
