import { appendToSegment, type ActiveSegment, type SealedBatch } from './segment-files.js';
import type { CommittedBatch, LogClock } from './types.js';

export type CommitTimes = Pick<CommittedBatch, 'writeMs' | 'syncMs'>;

/** `appendToSegment`, with what it took. Without a clock no time is looked at, and nothing is returned. */
export async function measuredAppend(
  segment: ActiveSegment,
  batch: SealedBatch,
  zeros: Buffer,
  { onSyncing, clock }: { onSyncing: () => void; clock: Pick<LogClock, 'monotonic'> | undefined },
): Promise<CommitTimes | undefined> {
  if (!clock) {
    await appendToSegment(segment, batch, zeros, onSyncing);
    return undefined;
  }
  const startedAt = clock.monotonic();
  let writtenAt = startedAt;
  await appendToSegment(segment, batch, zeros, () => {
    writtenAt = clock.monotonic();
    onSyncing();
  });
  return { writeMs: writtenAt - startedAt, syncMs: clock.monotonic() - writtenAt };
}
