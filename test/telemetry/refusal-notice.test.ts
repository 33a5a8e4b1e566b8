import { beforeEach, describe, expect, it } from '@jest/globals';

import { RefusalNotice } from '../../shared/telemetry/refusal-notice.js';
import { RecordingLog } from '../support/recording-log.js';

const minute = 60_000;

describe('what is told of refused requests', () => {
  let log: RecordingLog;
  let notice: RefusalNotice;

  beforeEach(() => {
    log = new RecordingLog();
    notice = new RefusalNotice(log);
  });

  const told = () => log.lines.map(({ fields }) => fields);

  it('is the first at once, and of ten thousand more one line: the log would cost more than the requests', () => {
    for (let request = 0; request <= 10_000; request += 1) {
      notice.refused('purchase-refused', request);
      notice.tick(request);
    }
    expect(told()).toEqual([{ problem: 'purchase-refused' }]);
    notice.tick(minute);
    expect(told()).toEqual([{ problem: 'purchase-refused' }, { problem: 'purchase-refused', requests: 10_000 }]);
    expect(log.levels()).toEqual(['warn', 'warn']);
  });

  it('goes on once a minute for as long as they are refused, and ends when they are not', () => {
    for (let at = 0; at < 3 * minute; at += minute / 4) {
      notice.refused('not-ready', at);
      notice.tick(at);
    }
    notice.tick(10 * minute);
    notice.tick(20 * minute);
    expect(told()).toEqual([
      { problem: 'not-ready' },
      { problem: 'not-ready', requests: 4 },
      { problem: 'not-ready', requests: 4 },
      { problem: 'not-ready', requests: 3 },
    ]);
  });

  it('is told at once again after a quiet minute, and of each reason by itself', () => {
    notice.refused('not-ready', 0);
    notice.refused('purchase-refused', 1);
    notice.refused('not-ready', 2 * minute);
    expect(told()).toEqual([{ problem: 'not-ready' }, { problem: 'purchase-refused' }, { problem: 'not-ready' }]);
  });
});
