import { Output } from './output.js';
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

// Whoever reads has seen enough, as `head` has: that is no failure.
const endQuietly = () => process.exit(exitCodes.whole);

process.exitCode = await runCommand(process.argv.slice(2), {
  output: new Output(process.stdout, endQuietly),
  errors: process.stderr,
  interrupted: interruption.signal,
});
