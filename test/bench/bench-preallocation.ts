/*
 * The log with zeros allocated ahead against the log without, turn by turn: what it brings that a sync need not change the length
 * of the file.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { figure } from '../support/print-table.js';
import { appendFor, openNewLog } from './append-load.js';
import type { BenchOptions, Section } from './section.js';
import { median } from './statistics.js';

const payload = Buffer.alloc(300, 'x');
const waitingCounts = [1, 64];
const aheadBytes = [256 * 1024, 1024 * 1024];

interface PreallocationRow {
  readonly waiting: number;
  readonly aheadBytes: number;
  readonly appendsPerSecond: number;
  readonly withoutPerSecond: number;
  readonly ratio: number;
}

export const preallocationSection: Section = {
  name: 'preallocation',
  async run(options, progress) {
    const rows = await benchPreallocation(options, progress);
    return {
      tables: [
        {
          title: 'Zeros allocated ahead, against the same log without',
          header: ['waiting', 'KiB ahead', 'appends/s', 'without', 'ratio'],
          rows: rows.map((row) => [
            String(row.waiting),
            String(row.aheadBytes / 1024),
            figure(row.appendsPerSecond),
            figure(row.withoutPerSecond),
            row.ratio.toFixed(2),
          ]),
        },
      ],
      aims: [],
      figures: rows,
    };
  },
};

async function benchPreallocation(
  options: BenchOptions,
  progress: (text: string) => void,
): Promise<PreallocationRow[]> {
  const rows: PreallocationRow[] = [];
  for (const waiting of waitingCounts) {
    const rates = new Map<number, number[]>([0, ...aheadBytes].map((bytes) => [bytes, []]));
    for (let turn = 0; turn <= options.turns; turn += 1) {
      progress(`zeros allocated ahead, ${waiting} waiting, turn ${turn} of ${options.turns}`);
      for (const [bytes, seen] of rates) {
        const rate = await appendsPerSecond(waiting, bytes, options);
        // The first turn warms up.
        if (turn > 0) seen.push(rate);
      }
    }
    const without = rates.get(0) ?? [];
    for (const bytes of aheadBytes) {
      const seen = rates.get(bytes) ?? [];
      rows.push({
        waiting,
        aheadBytes: bytes,
        appendsPerSecond: median(seen),
        withoutPerSecond: median(without),
        ratio: median(seen.map((rate, turn) => rate / (without[turn] ?? NaN))),
      });
    }
  }
  return rows;
}

async function appendsPerSecond(
  waiting: number,
  preallocateBytes: number,
  options: Pick<BenchOptions, 'seconds' | 'directory'>,
): Promise<number> {
  const directory = await mkdtemp(join(options.directory, 'bench-ahead-'));
  try {
    const log = await openNewLog(directory, { preallocateBytes });
    const { appends, seconds } = await appendFor(log, { waiting, seconds: options.seconds, payload });
    await log.close();
    return appends / seconds;
  } finally {
    await rm(directory, { recursive: true });
  }
}
