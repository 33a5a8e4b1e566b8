/*
 * npm run bench [-- --turns N --seconds N --dir DIR --json FILE]
 *
 * Measures, side by side in one run, and prints the ratios; nothing here passes or fails. DIR should be on the disk that counts:
 * a file system in memory syncs for free.
 */
import { writeFile } from 'node:fs/promises';
import { arch, cpus, platform, totalmem } from 'node:os';
import { parseArgs } from 'node:util';

import { benchCheckout } from './bench-checkout.js';
import { benchLog } from './bench-log.js';
import { benchOverload } from './bench-overload.js';
import { benchPreallocation } from './bench-preallocation.js';
import { figure, formatTable } from '../support/print-table.js';

const { values } = parseArgs({
  options: {
    turns: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '4' },
    dir: { type: 'string' },
    json: { type: 'string', default: 'bench.json' },
  },
});
const options = { turns: Number(values.turns), seconds: Number(values.seconds), directory: values.dir };
const print = (text: string) => process.stdout.write(text);
const progress = (text: string) => process.stderr.write(process.stderr.isTTY ? `\r\x1b[K${text}` : `${text}\n`);

const machine = {
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: cpus().length,
  memoryGiB: Math.round(totalmem() / 2 ** 30),
  system: `${platform()} ${arch()}`,
  node: process.version,
};
print(`${machine.cores} × ${machine.cpu}, ${machine.memoryGiB} GiB, ${machine.system}, Node ${machine.node}\n`);
print(`${options.turns} turns of ${options.seconds} s each, medians; durable means fdatasync before every answer\n\n`);

const log = await benchLog(options, progress);
const ahead = await benchPreallocation(options, progress);
const checkout = await benchCheckout(options, progress);
const overload = await benchOverload(options, progress);
progress('');

print('\nThe log alone, payloads of 300 bytes, against write + fdatasync of the same batches\n\n');
print(
  formatTable(
    ['waiting', 'appends/s', 'bare/s', 'entries/batch', 'ratio'],
    log.map((row) => [
      String(row.waiting),
      figure(row.appendsPerSecond),
      figure(row.bareAppendsPerSecond),
      figure(row.entriesPerBatch),
      row.ratio.toFixed(2),
    ]),
  ),
);
print('\nZeros allocated ahead, against the same log without\n\n');
print(
  formatTable(
    ['waiting', 'KiB ahead', 'appends/s', 'without', 'ratio'],
    ahead.map((row) => [
      String(row.waiting),
      String(row.aheadBytes / 1024),
      figure(row.appendsPerSecond),
      figure(row.withoutPerSecond),
      row.ratio.toFixed(2),
    ]),
  ),
);
print(
  `\nPOST /checkout durable, against the same app with a no-op append (load from ${checkout.driver}, destinations paused)\n\n`,
);
print(
  formatTable(
    ['connections', 'req/s', 'no-op', 'ratio', 'p50 ms', 'no-op', 'p99 ms', 'no-op', 'ratio', 'errors', 'no-op'],
    checkout.rows.map(({ connections, durable, noOp, ratio, p99Ratio }) => [
      String(connections),
      figure(durable.requestsPerSecond),
      figure(noOp.requestsPerSecond),
      ratio.toFixed(2),
      durable.p50Ms.toFixed(1),
      noOp.p50Ms.toFixed(1),
      durable.p99Ms.toFixed(1),
      noOp.p99Ms.toFixed(1),
      p99Ratio.toFixed(2),
      String(durable.errors),
      String(noOp.errors),
    ]),
  ),
);
print(
  `\nMore load than it can carry, refused beyond different numbers of purchases under way. Flood from ${overload.driver}, ms as seen by probes\n\n`,
);
print(
  formatTable(
    ['connections', '', 'taken/s', 'refused/s', 'p50', 'p99', 'refused p50', 'p99', 'healthz p99', 'status p99'],
    overload.rows.map(({ connections, variant, acceptedPerSecond, refusedPerSecond, ...seen }) => [
      String(connections),
      variant,
      figure(acceptedPerSecond),
      figure(refusedPerSecond),
      ...[seen.accepted.p50, seen.accepted.p99, seen.refused.p50, seen.refused.p99].map((ms) => ms.toFixed(0)),
      ...[seen.healthz.p99, seen.status.p99].map((ms) => ms.toFixed(0)),
    ]),
  ),
);
await writeFile(values.json, JSON.stringify({ machine, options, log, ahead, checkout, overload }, null, 2) + '\n');
print(`\nwritten to ${values.json}\n`);
