import { describe, expect, it } from '@jest/globals';

import { describeReadiness } from '../../services/checkout/describe-readiness.js';

describe('whether the checkout is ready', () => {
  const seconds = () => 42;

  it('is said with the reason and when it may be again, for what passes by itself', () => {
    expect(describeReadiness({ ok: true }, seconds)).toEqual({ ready: true });
    for (const reason of ['disk-full', 'disk-reserve', 'backlog'] as const) {
      expect(describeReadiness({ ok: false, reason, detail: 'the text' }, seconds)).toEqual({
        ...{ ready: false, reason, detail: 'the text', retryAfterSeconds: 42 },
      });
    }
  });

  it('tells nothing of what is inside when that has failed: everyone may ask', () => {
    const readiness = describeReadiness(
      { ok: false, reason: 'log-failed', detail: 'EIO: write /data/log/1.wal' },
      seconds,
    );
    expect(readiness).toMatchObject({ ready: false, reason: 'log-failed', retryAfterSeconds: 2 });
    expect(JSON.stringify(readiness)).not.toContain('/data');
  });
});
