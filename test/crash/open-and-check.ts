import type { LogExpectation } from '../../shared/wal/types.js';
import { openMemoryLog, payloadsIn, type LogSettings, type MemoryLog } from '../support/memory-log.js';
import type { ManualLogClock } from '../support/manual-log-clock.js';
import type { Recorder } from './recorder.js';
import { broken } from './told.js';

export type LogOpening = LogSettings & { readonly expected: LogExpectation; readonly clock?: ManualLogClock };

/** Opens the recorder's log and holds what is in it against what was told. @throws when something was lost, invented or changed */
export async function openAndCheck(recorder: Recorder, options: LogOpening): Promise<MemoryLog> {
  const { told } = recorder;
  const opened = await openMemoryLog({ ...options, files: recorder.files });
  try {
    const { firstSequence } = opened.log.recovery;
    const found = await payloadsIn(opened);
    const wrong = broken(told, firstSequence, found);
    if (wrong !== undefined) throw new Error(wrong);
    recorder.found([...told.acknowledged.slice(0, firstSequence - 1), ...found]);
    return opened;
  } catch (error) {
    await opened.log.close();
    throw error;
  }
}
