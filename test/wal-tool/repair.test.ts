import { describe, expect, it } from '@jest/globals';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';

import Database from 'better-sqlite3';

import { Output } from '../../shared/command-line/output.js';
import { runCommand } from '../../services/wal/run-command.js';
import { exitCodes } from '../../services/wal/usage.js';
import { nodeFiles } from '../../shared/wal/index.js';
import { appendReadable } from '../support/append-readable.js';
import { openTestJournal } from '../support/open-test-journal.js';
import { sampleId } from '../support/sample-purchase.js';
import { temporaryDirectories } from '../support/temporary-directory.js';
import { filesIn, flipInFile, parsedLines, runTool } from '../support/wal-tool.js';

const temporaryDirectory = temporaryDirectories();
const purchases = 20;

/** A checkout's data folder with some purchases in several segments, as a checkout leaves it that was stopped. */
async function dataFolder(): Promise<{ data: string; segments: string[] }> {
  const data = join(temporaryDirectory(), 'checkout');
  mkdirSync(data);
  const shop = await openTestJournal(data, { segmentBytes: 1024 });
  for (let n = 1; n <= purchases; n += 1) await appendReadable(shop, n, n);
  await shop.close();
  const segments = readdirSync(join(data, 'log'))
    .filter((name) => name.endsWith('.wal'))
    .sort();
  return { data, segments: segments.map((name) => join(data, 'log', name)) };
}

/** Purchases that a checkout finds, by number. */
async function purchasesIn(data: string): Promise<number[]> {
  const shop = await openTestJournal(data);
  const numbers = Array.from({ length: purchases }, (_, n) => n + 1);
  const found = await Promise.all(numbers.map((number) => shop.journal.find(sampleId(number))));
  await shop.close();
  return numbers.filter((_, n) => found[n] !== undefined);
}

/** What is in the folder, but for SQLite's index of its own journal: that is memory, and changes with every reader. */
function lastingFiles(data: string): Map<string, string> {
  return new Map([...filesIn(data)].filter(([name]) => !name.endsWith('-shm')));
}

function removeDatabase(data: string): void {
  for (const name of databaseFiles(data)) rmSync(join(data, name));
}

function databaseFiles(data: string): string[] {
  return readdirSync(data).filter((name) => name.startsWith('checkout.sqlite'));
}

function logFiles(data: string): Map<string, string> {
  return new Map([...filesIn(join(data, 'log'))].filter(([name]) => name !== 'lock'));
}

describe('repair', () => {
  it('a damaged log that the database knows would not be the same again', async () => {
    const { data, segments } = await dataFolder();
    const whole = logFiles(data);
    flipInFile(segments[1]!, 64 + 40);
    flipInFile(segments.at(-1)!, -9);
    rmSync(segments[3]!);
    const damaged = lastingFiles(data);
    const target = join(temporaryDirectory(), 'copy');

    const verified = await runTool('verify', data);
    expect(verified.code).toBe(1);
    expect(verified.output).toContain('The database has it: 01890000-0000-7000-8000-');
    expect(verified.output).toContain('nothing is lost for good');

    const { code, output, errors } = await runTool('repair', data, '--to', target);
    expect({ code, errors }).toEqual({ code: 0, errors: '' });
    expect(output).toContain('proven: the CRC of the damaged frame is that of these bytes');
    expect(output).toContain('Lost: nothing');
    expect(readFileSync(join(target, 'repair-report.txt'), 'utf8')).toBe(output);
    expect(readdirSync(target).sort()).toEqual(['log', 'repair-report.txt']);
    expect(existsSync(`${target}.partial`)).toBe(false);
    expect(lastingFiles(data)).toEqual(damaged);
    // All but the segment that is missing, whose entries went into the one before.
    expect(whole.get(segments[1]!.slice(-24))).toBe(logFiles(target).get(segments[1]!.slice(-24)));
    expect((await runTool('verify', join(target, 'log'))).code).toBe(0);

    renameSync(join(data, 'log'), join(data, 'log.damaged'));
    cpSync(join(target, 'log'), join(data, 'log'), { recursive: true });
    expect(await purchasesIn(data)).toHaveLength(purchases);
  });

  it('what nobody has would be hidden, and the rest be lost with it', async () => {
    const { data, segments } = await dataFolder();
    flipInFile(segments[1]!, 64 + 40);
    const lost = Number(segments[1]!.slice(-24, -4));
    removeDatabase(data);
    const target = join(temporaryDirectory(), 'copy');

    const { code, output } = await runTool('repair', data, '--to', target);
    expect(code).toBe(1);
    expect(output).toContain(`Lost for good\n  entry ${lost}\n`);
    expect(output).toContain(`the copy begins with entry ${lost + 1}`);
    const salvaged = parsedLines(readFileSync(join(target, 'salvaged.jsonl'), 'utf8'));
    expect(salvaged.map(({ sequence }) => sequence)).toEqual(Array.from({ length: lost - 1 }, (_, n) => n + 1));
    expect(salvaged[0]).toMatchObject({ payload: { purchase: { id: sampleId(1) } } });

    renameSync(join(data, 'log'), join(data, 'log.damaged'));
    cpSync(join(target, 'log'), join(data, 'log'), { recursive: true });
    const after = Array.from({ length: purchases - lost }, (_, n) => lost + 1 + n);
    expect(await purchasesIn(data)).toEqual(after);
    const dump = await runTool('dump', data);
    expect(parsedLines(dump.output).map(({ sequence }) => sequence)).toEqual(after);
  });

  it('a database of another log would be believed', async () => {
    const { data, segments } = await dataFolder();
    const other = await dataFolder();
    flipInFile(segments[1]!, 64 + 40);
    removeDatabase(data);
    for (const name of databaseFiles(other.data)) cpSync(join(other.data, name), join(data, name));
    const { code, output } = await runTool('verify', data);
    expect(code).toBe(1);
    expect(output).toContain('belongs to another log');
    expect(output).toContain('in no database here');
  });

  it('a database that cannot be read would keep the log from being repaired', async () => {
    const { data } = await dataFolder();
    removeDatabase(data);
    writeFileSync(join(data, 'checkout.sqlite'), 'not a database, but long enough to be looked at'.repeat(40));
    const target = join(temporaryDirectory(), 'copy');
    const { code, output } = await runTool('repair', data, '--to', target);
    expect(code).toBe(0);
    expect(output).toContain('cannot be read');
  });

  it('a copy would be written over something, into the original, or beside a checkout that runs', async () => {
    const { data } = await dataFolder();
    const busy = temporaryDirectory();
    writeFileSync(join(busy, 'mine'), '');
    const begun = join(temporaryDirectory(), 'copy');
    mkdirSync(`${begun}.partial`);
    const before = lastingFiles(data);
    for (const [to, message] of [
      [busy, 'is there and not empty'],
      [join(data, 'copy'), 'where nothing is to be changed'],
      [begun, 'is left of a repair that was killed'],
    ] as const) {
      const { code, errors } = await runTool('repair', data, '--to', to);
      expect(code).toBe(2);
      expect(errors).toContain(message);
    }
    const lock = nodeFiles.lock(join(data, 'log', 'lock'));
    const { code, errors } = await runTool('repair', data, '--to', join(temporaryDirectory(), 'copy'));
    lock.release();
    expect(code).toBe(2);
    expect(errors).toContain('a checkout is using');
    expect(lastingFiles(data)).toEqual(before);
    expect(readdirSync(busy)).toEqual(['mine']);
  });

  it('an interruption, at any point, would leave half a copy', async () => {
    const { data, segments } = await dataFolder();
    flipInFile(segments[1]!, 64 + 40);
    let code: number | undefined;
    for (let point = 1; code !== exitCodes.whole; point += 1) {
      const parent = temporaryDirectory();
      code = await runCommand(['repair', data, '--to', join(parent, 'copy')], {
        output: new Output(new PassThrough().resume(), () => undefined),
        errors: new PassThrough().resume(),
        interrupted: interruptedAt(point),
      });
      expect([exitCodes.whole, exitCodes.interrupted]).toContain(code);
      expect(readdirSync(parent)).toEqual(code === exitCodes.whole ? ['copy'] : []);
      expect(() => {
        nodeFiles.lock(join(data, 'log', 'lock')).release();
      }).not.toThrow();
    }
  });

  it('a database that was closed well would get files beside it', async () => {
    const { data } = await dataFolder();
    const database = new Database(join(data, 'checkout.sqlite'));
    database.pragma('wal_checkpoint(TRUNCATE)');
    database.close();
    const before = databaseFiles(data);
    expect(before).toEqual(['checkout.sqlite']);
    expect((await runTool('repair', data, '--to', join(temporaryDirectory(), 'copy'))).code).toBe(0);
    expect(databaseFiles(data)).toEqual(before);
  });
});

/** A signal that is aborted when it is asked for the nth time. */
function interruptedAt(point: number): AbortSignal {
  const controller = new AbortController();
  let asked = 0;
  return Object.assign(controller.signal, {
    throwIfAborted() {
      asked += 1;
      if (asked >= point) controller.abort();
      if (controller.signal.aborted) throw new Error('interrupted');
    },
  });
}
