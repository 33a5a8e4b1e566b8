import { interruption, LiveLine } from '../../shared/command-line/index.js';
import { environmentOptions } from './config.js';
import { realClock } from './real-clock.js';
import { runCommand } from './run-command.js';

// Whoever reads may stop reading; the purchases go on, and the exit code tells.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

// Drawn over itself on a terminal; elsewhere, as in a container's log, a line now and then.
const showEveryMs = process.stderr.isTTY ? 1_000 : 10_000;
const live = new LiveLine(process.stderr, { plainIntervalMs: 0 });

process.exitCode = await runCommand(process.argv.slice(2), {
  output: process.stdout,
  errors: process.stderr,
  environment: environmentOptions(),
  clock: realClock,
  say: (line) => {
    live.say(line);
  },
  show: (line) => {
    live.show(line);
  },
  endLive: () => {
    live.end();
  },
  showEveryMs,
  interrupted: interruption(),
});
