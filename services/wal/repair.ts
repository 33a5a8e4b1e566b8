/*
 * `repair` makes its copy under another name, NEWDIR.partial, and renames it when all of it is on disk and has been read back:
 * a NEWDIR that is there is complete. Whatever goes wrong before, Ctrl-C included, removes what was begun.
 */
import { createWriteStream, existsSync, readdirSync } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';

import {
  foretellNextStart,
  inspectLog,
  LogLockedError,
  nodeFiles,
  repairLog,
  surveyLog,
} from '../../shared/wal/index.js';
import type { DirectoryLock, NextStart, RepairReport, Sequence } from '../../shared/wal/index.js';
import { entryLine } from './entry-line.js';
import { knownLog, type KnownLog } from './known-elsewhere.js';
import { locateLog, type LogLocation } from './locate-log.js';
import { Output, UsageError } from '../../shared/command-line/index.js';
import type { Command } from './parse-command.js';
import { describeRepair, isComplete } from './repair-report.js';
import { bytesIn, startProgress, type ToolContext } from './tool-context.js';
import { exitCodes } from './usage.js';

type Repair = Command & { name: 'repair' };

export async function repair(command: Repair, context: ToolContext): Promise<number> {
  const location = locateLog(command.directory);
  const target = checkTarget(command.to, location);
  const lock = lockLog(location);
  try {
    const log = await knownLog(location, { durable: command.durable, alone: true });
    try {
      return await repairTo(target, { command, context, location, log });
    } finally {
      log.close();
    }
  } finally {
    lock.release();
  }
}

/** @throws UsageError where a copy could overwrite something, or would lie in the original */
function checkTarget(to: string, { log, data }: LogLocation): string {
  const target = resolve(to);
  for (const original of [data, log]) {
    if (original !== undefined && `${target}${sep}`.startsWith(`${original}${sep}`)) {
      throw new UsageError(`--to ${to} lies in ${original}, where nothing is to be changed: name a folder elsewhere`);
    }
  }
  if (existsSync(target) && readdirSync(target).length > 0) {
    throw new UsageError(`--to ${to} is there and not empty: name a folder that does not exist yet`);
  }
  if (existsSync(partial(target))) {
    throw new UsageError(`${partial(target)} is left of a repair that was killed: remove it, then try again`);
  }
  return target;
}

function partial(target: string): string {
  return `${target}.partial`;
}

function lockLog({ log }: LogLocation): DirectoryLock {
  try {
    return nodeFiles.lock(join(log, 'lock'));
  } catch (error) {
    if (!(error instanceof LogLockedError)) throw error;
    throw new UsageError(`a checkout is using ${log}: stop it first, since a log that grows cannot be copied`, {
      cause: error,
    });
  }
}

interface Work {
  readonly command: Repair;
  readonly context: ToolContext;
  readonly location: LogLocation;
  readonly log: KnownLog;
}

async function repairTo(target: string, work: Work): Promise<number> {
  const { context, location, log } = work;
  const begun = partial(target);
  try {
    await nodeFiles.makeDirectory(join(begun, 'log'));
    const report = await writeCopy(begun, work);
    await readBack(join(begun, 'log'), report, context);
    const next = await nextStart(join(begun, 'log'), report, log);
    const lines = describeRepair({ report, log, location, target, next, at: new Date() });
    await writeDurably(join(begun, 'repair-report.txt'), lines.map((line) => `${line}\n`).join(''));
    await nodeFiles.syncDirectory(begun);
    context.interrupted.throwIfAborted();
    await nodeFiles.rename(begun, target);
    await nodeFiles.syncDirectory(dirname(target));
    await context.output.lines(...lines);
    return isComplete(report) ? exitCodes.whole : exitCodes.damaged;
  } finally {
    await rm(begun, { recursive: true, force: true });
  }
}

async function writeCopy(begun: string, { command, context, log }: Work): Promise<RepairReport> {
  const progress = startProgress(context, 'repairing', { asked: command.progress, total: 2 * bytesIn(log) });
  const salvaged = new SalvagedFile(join(begun, 'salvaged.jsonl'));
  const torn = new SalvagedFile(join(begun, 'torn-tail.jsonl'));
  try {
    const { survey, known, payloadOf } = log;
    return await repairLog({
      ...{ files: nodeFiles, survey, known, payloadOf, target: join(begun, 'log'), now: Date.now() },
      onSalvaged: ({ sequence, payload, at }) => salvaged.write(entryLine(sequence, at, payload)),
      onTorn: ({ sequence, payload, at }) => torn.write(entryLine(sequence, at, payload)),
      onEvent: (event) => {
        context.interrupted.throwIfAborted();
        if (event.type === 'frames') progress.add(event.piece.end - event.piece.offset);
      },
    });
  } finally {
    await salvaged.close();
    await torn.close();
    progress.end();
  }
}

/** Made when the first entry needs it. */
class SalvagedFile {
  #stream: ReturnType<typeof createWriteStream> | undefined;
  #output: Output | undefined;

  constructor(private readonly path: string) {}

  async write(line: string): Promise<void> {
    this.#stream ??= createWriteStream(this.path, { flags: 'wx', mode: 0o600, flush: true });
    this.#output ??= new Output(this.#stream, () => undefined);
    await this.#output.write(line);
  }

  async close(): Promise<void> {
    const stream = this.#stream;
    if (!stream) return;
    await new Promise<void>((done, failed) => {
      stream.once('close', done);
      stream.once('error', failed);
      stream.end();
    });
  }
}

/** What is handed out as whole has been seen to be whole. */
async function readBack(directory: string, report: RepairReport, { interrupted }: ToolContext): Promise<void> {
  const survey = await surveyLog(nodeFiles, directory, report.identity);
  const known = { identity: undefined, durable: report.lastSequence, lowWaterMark: 0 as Sequence };
  for await (const event of inspectLog({ files: nodeFiles, survey, known })) {
    interrupted.throwIfAborted();
    if (event.type !== 'finding') continue;
    throw new Error(
      `the copy is not whole: ${event.finding.file}, byte ${event.finding.offset}: ${event.finding.reason}`,
    );
  }
}

function nextStart(directory: string, report: RepairReport, { known }: KnownLog): Promise<NextStart> {
  const nothing = { identity: undefined, durable: 0 as Sequence, lowWaterMark: 0 as Sequence };
  return foretellNextStart({ files: nodeFiles, directory, expected: isComplete(report) ? known : nothing });
}

async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.datasync();
  } finally {
    await file.close();
  }
}
