/*
 * `npm run drill`: the three services as real processes, sales all the time, and deaths: SIGKILL at random moments, crash points,
 * while starting, two or three services at a time, in all weather. `--help` tells the options.
 */
import { interruption } from '../../shared/command-line/index.js';
import { runCommand } from './run-command.js';

process.exitCode = await runCommand(process.argv.slice(2), {
  output: process.stdout,
  errors: process.stderr,
  interrupted: interruption(),
});
