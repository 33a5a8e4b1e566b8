/*
 * A process that opens the log in the directory of its first argument, says so on its standard output, and appends until it
 * is killed, printing each sequence that was acknowledged.
 */
import { nodeFiles, openLog, systemLogClock, type Sequence } from '../../shared/wal/index.js';

const log = await openLog({
  directory: process.argv[2] ?? '',
  files: nodeFiles,
  clock: systemLogClock,
  segmentBytes: 4096,
  expected: () => Promise.resolve({ identity: undefined, durable: 0 as Sequence, lowWaterMark: 0 as Sequence }),
});
process.stdout.write('open\n');
for (;;) {
  const sequences = await Promise.all(['first', 'second', 'third'].map((payload) => log.append(Buffer.from(payload))));
  process.stdout.write(`${sequences.join('\n')}\n`);
}
