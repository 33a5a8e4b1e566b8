import { interruption } from '../../shared/command-line/index.js';
import { mayColour } from './config.js';
import { runCommand } from './run-command.js';

const exitCode = await runCommand(process.argv.slice(2), {
  output: process.stdout,
  errors: process.stderr,
  colour: mayColour(process.stdout.isTTY),
  interrupted: interruption(),
});
// Customers that wait for a service that is gone would wait on.
process.exit(exitCode);
