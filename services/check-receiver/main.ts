import { interruption } from '../../shared/command-line/index.js';
import { environmentSecrets } from './config.js';
import { runCommand } from './run-command.js';
import { exitCodes } from './usage.js';

// Whoever reads has seen enough, as `head` has; what was not checked is not right.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(exitCodes.unchecked);
});

process.exitCode = await runCommand(process.argv.slice(2), {
  output: process.stdout,
  errors: process.stderr,
  secrets: environmentSecrets(),
  interrupted: interruption(),
});
