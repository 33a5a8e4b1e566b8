/*
 * The log with zeros allocated ahead against the log without, turn by turn: what it brings that a sync need not change the length
 * of the file.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { appendFor, openNewLog } from './append-load.js';
import { median } from './statistics.js';

const payload = Buffer.alloc(300, 'x');
const waitingCounts = [1, 64];
const aheadBytes = [256 * 1024, 1024 * 1024];

export interface PreallocationRow {
  readonly waiting: number;
  readonly aheadBytes: number;
  readonly appendsPerSecond: number;
  readonly withoutPerSecond: number;
  readonly ratio: number;
}

export async function benchPreallocation(
  options: { turns: number; seconds: number; directory: string | undefined },
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
  options: { seconds: number; directory: string | undefined },
): Promise<number> {
  const directory = await mkdtemp(join(options.directory ?? tmpdir(), 'bench-ahead-'));
  try {
    const log = await openNewLog(directory, { preallocateBytes });
    const { appends, seconds } = await appendFor(log, { waiting, seconds: options.seconds, payload });
    await log.close();
    return appends / seconds;
  } finally {
    await rm(directory, { recursive: true });
  }
}
