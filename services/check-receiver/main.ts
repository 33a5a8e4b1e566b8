import { environmentSecrets } from './config.js';
import { runCommand } from './run-command.js';
import { exitCodes } from './usage.js';

const interruption = new AbortController();
// Twice ends it at once, whatever it waits for.
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (interruption.signal.aborted) process.exit(exitCodes.interrupted);
    interruption.abort();
  });
}

// Whoever reads has seen enough, as `head` has; what was not checked is not right.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(exitCodes.unchecked);
});

process.exitCode = await runCommand(process.argv.slice(2), {
  output: process.stdout,
  errors: process.stderr,
  secrets: environmentSecrets(),
  interrupted: interruption.signal,
});
