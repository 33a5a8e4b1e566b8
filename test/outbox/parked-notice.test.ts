import { describe, expect, it } from '@jest/globals';

import { ParkedNotice } from '../../shared/outbox/parked-notice.js';
import type { Sequence } from '../../shared/outbox/types.js';
import { ManualClock } from '../support/manual-clock.js';
import { RecordingLog } from '../support/recording-log.js';

const entry = { sequence: 7 as Sequence, id: undefined, traceId: undefined };
const one = (sequence: number) => ({ level: 'warn', fields: { destination: 'finance', sequence } });
const more = (entries: number) => ({ level: 'warn', fields: { destination: 'finance', entries } });

function noticeWith() {
  const clock = new ManualClock();
  const log = new RecordingLog();
  const notice = new ParkedNotice({ name: 'finance' }, { clock, log });
  const park = (...sequences: number[]) => {
    for (const sequence of sequences) notice.parked({ ...entry, sequence: sequence as Sequence });
  };
  return { notice, park, clock, log };
}

describe('an entry that waits for a person', () => {
  it('is told at once, and those of the next minute in one line: hundreds in a second are no hundred lines', async () => {
    const { park, clock, log } = noticeWith();
    park(7, 8, 9);
    expect(log.lines).toMatchObject([one(7)]);
    await clock.advance(59_999);
    park(10);
    await clock.advance(1);
    expect(log.lines).toMatchObject([one(7), more(3)]);
    park(11);
    await clock.advance(60_000);
    expect(log.lines).toMatchObject([one(7), more(3), more(1)]);
  });

  it('is told with the trace that it came with, by which the shop finds the request', () => {
    const { notice, log } = noticeWith();
    notice.parked({ ...entry, traceId: 'a1'.repeat(16) });
    expect(log.lines[0]?.fields).toEqual({ destination: 'finance', sequence: 7, traceId: 'a1'.repeat(16) });
  });

  it('is told at once again after a quiet minute', async () => {
    const { park, clock, log } = noticeWith();
    park(7);
    await clock.advance(60_000);
    park(8);
    expect(log.lines).toMatchObject([one(7), one(8)]);
  });

  it('is told before the end, and a minute holds up no stop', () => {
    const { notice, park, clock, log } = noticeWith();
    park(7, 8);
    notice.stop();
    park(9);
    expect(log.lines).toMatchObject([one(7), more(1), one(9)]);
    expect(clock.pending).toBe(0);
  });
});

describe('the line about an entry that waits', () => {
  it('has its id, by which a person finds the purchase everywhere else', () => {
    const { notice, log } = noticeWith();
    notice.parked({ ...entry, id: 'id-7' });
    expect(log.lines).toMatchObject([{ fields: { destination: 'finance', sequence: 7, id: 'id-7' } }]);
  });
});
