/*
 * npm run bench [-- --turns N --seconds N --purchases N --dir DIR --only NAME,NAME --json FILE]
 *
 * The checkout beside other ways to keep a purchase until it is delivered, in turns, as ratios. Exits with 1 if a row failed.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';

import { interruption, LiveLine, UsageError } from '../../../shared/command-line/index.js';
import { findLoadDriver } from '../load-driver.js';
import { benchAcknowledge } from './bench-acknowledge.js';
import { benchFanOut } from './bench-fan-out.js';
import { Closers } from './closers.js';
import { compareAcknowledged, compareFanOut } from './compare.js';
import { footnotesOf } from './footnotes.js';
import { openField } from './open-field.js';
import { readOptions, type Options } from './options.js';
import { packageVersions } from './package-versions.js';
import { acknowledgedTable, failureLines, fanOutTable } from './tables.js';

const interrupted = 130;
const print = (...lines: readonly string[]) => process.stdout.write(lines.map((line) => `${line}\n`).join(''));

async function bench(options: Options, signal: AbortSignal): Promise<number> {
  const line = new LiveLine(process.stderr, { plainIntervalMs: 0 });
  const driver = findLoadDriver();
  const closers = new Closers();
  try {
    const directory = await mkdtemp(join(options.dir ?? tmpdir(), 'bench-peers-'));
    closers.add(() => rm(directory, { recursive: true, force: true }));
    const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`;
    print(machine, `${options.turns} turns, medians, ratios within a turn; load from ${driver.name}`, '');
    line.show('starting the servers');
    const field = await openField(options.entrants, directory, closers, signal);
    const servers = Object.values(field.servers).map(({ version, durability }) => `${version}: ${durability}`);
    line.end();
    print(...servers, packageVersions().join(', '));
    print(...field.missing.map(({ title, why }) => `left out  ${title}: ${why}`));
    const surroundings = {
      ...options,
      directory,
      signal,
      progress: (text: string) => {
        line.show(text);
      },
    };

    const apps = new Closers();
    const acknowledged = await benchAcknowledge(field, driver, surroundings, apps).finally(() => apps.close());
    const first = compareAcknowledged(acknowledged);
    line.end();
    print(
      '',
      `Acknowledged durably at 64 connections, turns of ${options.seconds} s, destinations paused`,
      '',
      acknowledgedTable(first),
    );

    const { single, many } = await benchFanOut(field, surroundings);
    const [second, third] = [compareFanOut(single), compareFanOut(many)];
    line.end();
    print(`Delivered to both receivers, ${options.purchases} purchases, one in each request`, '', fanOutTable(second));
    print('The same, a hundred in each request, for those that can', '', fanOutTable(third));
    print(...footnotesOf([...new Set(first.map(({ name }) => name))]));

    const failures = failureLines([...first, ...second, ...third]);
    if (failures.length > 0) print('', ...failures);
    if (options.json !== undefined) {
      const figures = { machine, servers, packages: packageVersions(), options, acknowledged, single, many };
      await writeFile(options.json, `${JSON.stringify({ ...figures, tables: { first, second, third } }, null, 2)}\n`);
    }
    return failures.length > 0 || field.missing.some(({ failed }) => failed) ? 1 : 0;
  } finally {
    line.end();
    await closers.close();
  }
}

const signal = interruption();
try {
  process.exitCode = await bench(readOptions(process.argv.slice(2)), signal);
} catch (error) {
  const words = error instanceof UsageError ? error.message : error instanceof Error ? error.stack : String(error);
  process.stderr.write(signal.aborted ? 'interrupted; everything is stopped and removed\n' : `${words ?? ''}\n`);
  process.exitCode = signal.aborted ? interrupted : error instanceof UsageError ? 2 : 1;
}
