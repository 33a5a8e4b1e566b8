import { interruption, Output } from '../../shared/command-line/index.js';
import { runCommand } from './run-command.js';
import { exitCodes } from './usage.js';

// Whoever reads has seen enough, as `head` has; what was not read to its end does not agree.
const endQuietly = () => process.exit(exitCodes.unable);

process.exitCode = await runCommand(process.argv.slice(2), {
  output: new Output(process.stdout, endQuietly),
  errors: process.stderr,
  interrupted: interruption(),
});
