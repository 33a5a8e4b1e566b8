/*
 * The log alone against a bare loop of write + fdatasync of the same batches: what framing, grouping and promises cost on top
 * of the disk. The sizes of the batches are taken down while the log runs, and the bare loop then writes just those.
 */
import { mkdtemp, open, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { nodeFiles, type FilePort } from '../../shared/wal/index.js';
import { figure } from '../support/print-table.js';
import { appendFor, openNewLog } from './append-load.js';
import { atLeast, type BenchOptions, type Section } from './section.js';
import { median } from './statistics.js';

const payload = Buffer.alloc(300, 'x');
const waitingCounts = [1, 64, 1024];
/** Until the code has been compiled for speed. */
const warmUpSeconds = 2;

interface LogRow {
  readonly waiting: number;
  readonly appendsPerSecond: number;
  readonly bareAppendsPerSecond: number;
  readonly entriesPerBatch: number;
  /** Time of the bare loop over time of the log, for the same batches. */
  readonly ratio: number;
}

export const logSection: Section = {
  name: 'log',
  async run(options, progress) {
    const rows = await benchLog(options, progress);
    return {
      tables: [
        {
          title: 'The log alone, payloads of 300 bytes, against write + fdatasync of the same batches',
          header: ['waiting', 'appends/s', 'bare/s', 'entries/batch', 'ratio'],
          rows: rows.map((row) => [
            String(row.waiting),
            figure(row.appendsPerSecond),
            figure(row.bareAppendsPerSecond),
            figure(row.entriesPerBatch),
            row.ratio.toFixed(2),
          ]),
        },
      ],
      aims: rows.map(({ waiting, ratio }) =>
        atLeast(0.85, ratio, {
          what: `log alone, ${waiting} waiting`,
          against: 'write + fdatasync of the same batches',
        }),
      ),
      figures: rows,
    };
  },
};

async function benchLog(options: BenchOptions, progress: (text: string) => void): Promise<LogRow[]> {
  const rows: LogRow[] = [];
  for (const waiting of waitingCounts) {
    const turns: Turn[] = [];
    progress(`log alone, ${waiting} waiting, warming up`);
    await runTurn(waiting, { ...options, seconds: warmUpSeconds });
    for (let turn = 1; turn <= options.turns; turn += 1) {
      progress(`log alone, ${waiting} waiting, turn ${turn} of ${options.turns}`);
      turns.push(await runTurn(waiting, options));
    }
    rows.push({
      waiting,
      appendsPerSecond: median(turns.map(({ appends, logSeconds }) => appends / logSeconds)),
      bareAppendsPerSecond: median(turns.map(({ appends, bareSeconds }) => appends / bareSeconds)),
      entriesPerBatch: median(turns.map(({ appends, batches }) => appends / batches)),
      ratio: median(turns.map(({ logSeconds, bareSeconds }) => bareSeconds / logSeconds)),
    });
  }
  return rows;
}

interface Turn {
  readonly appends: number;
  readonly batches: number;
  readonly logSeconds: number;
  readonly bareSeconds: number;
}

async function runTurn(waiting: number, options: Pick<BenchOptions, 'seconds' | 'directory'>): Promise<Turn> {
  const directory = await mkdtemp(join(options.directory, 'bench-log-'));
  try {
    const batchBytes: number[] = [];
    const { appends, seconds: logSeconds } = await runLog(directory, waiting, options.seconds, batchBytes);
    const bareSeconds = await runBare(join(directory, 'bare'), batchBytes);
    return { appends, batches: batchBytes.length, logSeconds, bareSeconds };
  } finally {
    await rm(directory, { recursive: true });
  }
}

/** Appends for a time, and takes down how large the batches were. */
async function runLog(
  directory: string,
  waiting: number,
  seconds: number,
  batchBytes: number[],
): Promise<{ appends: number; seconds: number }> {
  const log = await openNewLog(directory, { files: recordingFiles(batchBytes) });
  // Header of the first segment.
  batchBytes.length = 0;
  const run = await appendFor(log, { waiting, seconds, payload });
  await log.close();
  return run;
}

async function runBare(path: string, batchBytes: readonly number[]): Promise<number> {
  const file = await open(path, 'w');
  const bytes = Buffer.alloc(Math.max(...batchBytes), 'x');
  const start = performance.now();
  let position = 0;
  for (const length of batchBytes) {
    await file.write(bytes, 0, length, position);
    await file.datasync();
    position += length;
  }
  const seconds = (performance.now() - start) / 1000;
  await file.close();
  return seconds;
}

/** The real files, with the size of each batch taken down. Zeros that are allocated ahead are none: no frame begins so. */
function recordingFiles(batchBytes: number[]): FilePort {
  return {
    ...nodeFiles,
    async open(path, mode) {
      const file = await nodeFiles.open(path, mode);
      const write = file.write.bind(file);
      file.write = (buffer, position) => {
        if (buffer.readUInt32LE(4) > 0) batchBytes.push(buffer.length);
        return write(buffer, position);
      };
      return file;
    },
  };
}
