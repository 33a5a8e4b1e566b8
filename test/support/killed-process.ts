/*
 * A process that kills itself, in its main thread or in a worker as its first argument says. Whatever it prints after "before"
 * has survived.
 */
import { writeSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isMainThread, Worker } from 'node:worker_threads';

import { killThisProcess } from '../../shared/crash-points/kill-this-process.js';

process.once('exit', () => writeSync(1, 'a handler ran\n'));
if (isMainThread && process.argv[2] === 'worker') {
  const worker = new Worker(fileURLToPath(import.meta.url));
  worker.once('exit', () => writeSync(1, 'the worker ended alone\n'));
} else {
  writeSync(1, 'before\n');
  try {
    killThisProcess('for a test');
  } finally {
    writeSync(1, 'after\n');
  }
}
