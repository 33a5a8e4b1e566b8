import { describe, expect, it } from '@jest/globals';

import { steadyClock } from '../../shared/audit/clock.js';
import { CannotAuditError } from '../../shared/audit/errors.js';
import { patiently } from '../../shared/audit/patiently.js';
import { NoAnswerError, NotReadyError, UnexpectedAnswerError } from '../../shared/shop-client/index.js';
import { handResolved, settled } from '../support/hand-resolved.js';
import { ManualClock } from '../support/manual-clock.js';

const down = new NoAnswerError('GET http://127.0.0.1:1/status: refused');

describe('asking patiently', () => {
  it('waits for a service that is down, and then one that starts', async () => {
    const clock = new ManualClock();
    const answers = [down, down, new NotReadyError('recovering'), 'here'];
    const asked = patiently(
      () => {
        const answer = answers.shift();
        return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
      },
      undefined,
      clock,
    );
    await clock.advance(600);
    expect(await asked).toBe('here');
    expect(answers).toEqual([]);
  });

  it('gives up after 15 seconds, and says what there was instead of an answer', async () => {
    const clock = new ManualClock();
    const startedAt = clock.now();
    let failure: unknown;
    const asked = patiently(() => Promise.reject(down), undefined, clock).catch((error: unknown) => {
      failure = error;
    });
    await clock.advanceUntil(() => failure !== undefined, 20_000);
    await asked;
    expect(failure).toBeInstanceOf(CannotAuditError);
    expect(failure).toMatchObject({ cause: down });
    expect(String(failure)).toContain(down.message);
    expect(clock.now() - startedAt).toBe(15_200);
  });

  it('does not wait where the answer is no', async () => {
    const denied = new UnexpectedAnswerError(401, {});
    await expect(patiently(() => Promise.reject(denied), undefined, new ManualClock())).rejects.toBe(denied);
  });

  it('asks nothing once it was aborted', async () => {
    const reason = new Error('enough');
    let asked = 0;
    const ask = () => Promise.resolve((asked += 1));
    await expect(patiently(ask, AbortSignal.abort(reason), new ManualClock())).rejects.toBe(reason);
    expect(asked).toBe(0);
  });

  it('is not kept waiting by a service that hangs when it is aborted, nor troubled by what becomes of the answer', async () => {
    const [abort, reason, hanging] = [new AbortController(), new Error('enough'), handResolved()];
    const asked = patiently(() => hanging.promise, abort.signal, new ManualClock());
    abort.abort(reason);
    await expect(asked).rejects.toBe(reason);
    hanging.reject(down);
    await settled();
  });

  it.each([
    ['a clock of the test', () => new ManualClock()],
    ['the real one', () => steadyClock],
  ])('ends its pause when it is aborted, by %s', async (_, clock) => {
    const [abort, reason] = [new AbortController(), new Error('enough')];
    const asked = patiently(() => Promise.reject(down), abort.signal, clock());
    await settled();
    abort.abort(reason);
    await expect(asked).rejects.toBe(reason);
  });
});
