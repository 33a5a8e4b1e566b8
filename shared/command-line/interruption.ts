const exitCode = 130;

/**
 * Aborted by the first Ctrl-C or SIGTERM, so that what is under way can end as it should. The second one ends the process at once,
 * whatever it waits for, with 130.
 */
export function interruption(): AbortSignal {
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (interrupted.signal.aborted) process.exit(exitCode);
      interrupted.abort();
    });
  }
  return interrupted.signal;
}
