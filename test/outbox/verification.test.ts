import { describe, expect, it } from '@jest/globals';

import { Verification } from '../../shared/outbox/verification.js';
import { ManualClock } from '../support/manual-clock.js';
import { RecordingLog } from '../support/recording-log.js';

function verificationWith() {
  const clock = new ManualClock();
  const log = new RecordingLog();
  const verification = new Verification({ name: 'finance' }, { clock, log });
  return { verification, clock, log };
}

describe('a question that is trusted', () => {
  it('is put however long a destination is down: once it is back, it tells what need not be sent again', () => {
    const { verification, log } = verificationWith();
    for (let question = 0; question < 1_000; question += 1) {
      expect(verification.asks()).toBe(true);
      if (question % 2 === 0) verification.unanswered(7, '503');
      else verification.sentUnanswered(false, '503');
    }
    expect(verification.isDoubted).toBe(false);
    expect(log.lines).toEqual([]);
  });

  it('is doubted when it has no answer and a delivery right after it has one', () => {
    const { verification, log } = verificationWith();
    verification.sentUnanswered(true, '401 Unauthorized');
    expect(verification.asks()).toBe(false);
    expect(log.lines).toMatchObject([
      { level: 'warn', fields: { destination: 'finance', reason: '401 Unauthorized' } },
    ]);
  });

  it('is doubted when it had no answer four times and others were confirmed in between each time', () => {
    const { verification } = verificationWith();
    for (const successes of [10, 11, 11, 15]) verification.unanswered(successes, '401');
    expect(verification.isDoubted).toBe(false);
    verification.unanswered(16, '401');
    expect(verification.isDoubted).toBe(true);
  });

  it('is not doubted for failures with answers in between', () => {
    const { verification } = verificationWith();
    for (let successes = 0; successes < 100; successes += 1) {
      verification.unanswered(successes, '503');
      if (successes % 3 === 2) verification.answered();
    }
    expect(verification.isDoubted).toBe(false);
  });
});

describe('a question that is doubted', () => {
  function doubted() {
    const made = verificationWith();
    made.verification.sentUnanswered(true, '401 Unauthorized');
    return made;
  }

  it('is put by one entry in half a minute', async () => {
    const { verification, clock } = doubted();
    await clock.advance(29_999);
    expect(verification.asks()).toBe(false);
    await clock.advance(1);
    expect([verification.asks(), verification.asks()]).toEqual([true, false]);
    await clock.advance(30_000);
    expect([verification.asks(), verification.asks()]).toEqual([true, false]);
  });

  it('is trusted again once it is answered; both are said once, however often it failed in between', async () => {
    const { verification, clock, log } = doubted();
    for (let failure = 0; failure < 5; failure += 1) {
      await clock.advance(30_000);
      expect(verification.asks()).toBe(true);
      verification.sentUnanswered(true, '401 Unauthorized');
    }
    await clock.advance(30_000);
    verification.answered();
    verification.answered();
    expect(verification.asks()).toBe(true);
    expect(log.levels()).toEqual(['warn', 'info']);
  });

  it('is trusted again when deliveries fail as well: the destination is down', () => {
    const { verification, log } = doubted();
    verification.sentUnanswered(false, 'connect ECONNREFUSED');
    expect(verification.asks()).toBe(true);
    expect(log.levels()).toEqual(['warn']);
  });
});
