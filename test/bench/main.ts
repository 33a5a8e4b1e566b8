/*
 * npm run bench [-- SECTION … --turns N --seconds N --backlog N --large N --dir DIR --backlogs DIR --json FILE]
 *
 * Measures, side by side in one run, and prints the ratios; nothing here passes or fails. DIR should be on the disk that counts:
 * a file system in memory syncs for free. Filled backlogs are kept in the directory that `--backlogs` names, for later runs.
 */
import { writeFile } from 'node:fs/promises';
import { arch, cpus, platform, tmpdir, totalmem } from 'node:os';
import { parseArgs } from 'node:util';

import { Backlogs } from './backlogs.js';
import { checkoutSection } from './bench-checkout.js';
import { drainSection } from './bench-drain.js';
import { endToEndSection } from './bench-end-to-end.js';
import { logSection } from './bench-log.js';
import { lookupSection } from './bench-lookup.js';
import { memorySection } from './bench-memory.js';
import { overloadSection } from './bench-overload.js';
import { preallocationSection } from './bench-preallocation.js';
import { pruneSection } from './bench-prune.js';
import { startSection } from './bench-start.js';
import type { Aim, BenchOptions, Table } from './section.js';
import { formatTable } from '../support/print-table.js';

const sections = [
  logSection,
  preallocationSection,
  checkoutSection,
  endToEndSection,
  overloadSection,
  drainSection,
  memorySection,
  startSection,
  lookupSection,
  pruneSection,
];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    turns: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '4' },
    backlog: { type: 'string', default: '1000000' },
    large: { type: 'string', default: '5000000' },
    dir: { type: 'string', default: tmpdir() },
    backlogs: { type: 'string' },
    json: { type: 'string', default: 'bench.json' },
  },
});
const options: BenchOptions = {
  turns: Number(values.turns),
  seconds: Number(values.seconds),
  directory: values.dir,
  backlog: Number(values.backlog),
  large: Number(values.large),
  backlogs: new Backlogs(values.dir, values.backlogs),
};
const unknown = positionals.filter((name) => !sections.some((section) => section.name === name));
if (unknown.length > 0) {
  process.stderr.write(`no section ${unknown.join(', ')}: there are ${sections.map(({ name }) => name).join(', ')}\n`);
  process.exit(2);
}

const print = (text: string) => process.stdout.write(text);
const progress = (text: string) => process.stderr.write(process.stderr.isTTY ? `\r\x1b[K${text}` : `${text}\n`);
const printTable = ({ title, header, rows, notes = [] }: Table) =>
  print(`\n${title}\n\n${formatTable(header, rows)}${notes.map((note) => `  ${note}\n`).join('')}`);

const machine = {
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: cpus().length,
  memoryGiB: Math.round(totalmem() / 2 ** 30),
  system: `${platform()} ${arch()}`,
  node: process.version,
};
print(`${machine.cores} × ${machine.cpu}, ${machine.memoryGiB} GiB, ${machine.system}, Node ${machine.node}\n`);
print(`${options.turns} turns of ${options.seconds} s each, medians; durable means fdatasync before every answer\n`);

const aims: Aim[] = [];
const figures: Record<string, unknown> = {};
try {
  for (const section of sections) {
    if (positionals.length > 0 && !positionals.includes(section.name)) continue;
    const result = await section.run(options, progress);
    progress('');
    result.tables.forEach(printTable);
    aims.push(...result.aims);
    figures[section.name] = result.figures;
  }
} finally {
  await options.backlogs.remove();
}
printTable({
  title: 'What was to be reached',
  header: ['what', 'against', 'aim', 'measured', ''],
  rows: aims.map(({ what, against, aim, value, met }) => [what, against, aim, value, met ? '' : 'missed']),
});
await writeFile(values.json, JSON.stringify({ machine, options: values, aims, ...figures }, null, 2) + '\n');
print(`\nwritten to ${values.json}\n`);
