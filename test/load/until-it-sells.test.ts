import { describe, expect, it } from '@jest/globals';

import { untilItSells } from '../../services/load/until-it-sells.js';
import { CannotLoadError } from '../../services/load/usage.js';
import { NoAnswerError, type Answer } from '../../shared/shop-client/http-client.js';
import { ManualClock } from '../support/manual-clock.js';

const url = 'http://checkout:3000';
const answer = (status: number, body: { reason?: string } | string = {}): Answer<{ reason?: string } | string> => ({
  ...{ status, headers: {}, body },
});
const silence = new NoAnswerError('', { cause: Object.assign(new Error(''), { code: 'ECONNREFUSED' }) });

/** Waits for a checkout that is like this, one look after the other, and in the end as in the last. */
async function wait(...looks: { ready: Answer<{ reason?: string } | string> | NoAnswerError; bought?: number }[]) {
  const clock = new ManualClock(0);
  const { signal: stopped } = new AbortController();
  let look = -1;
  const now = () => looks[Math.min(look, looks.length - 1)]!;
  const client = {
    readiness: () => {
      look += 1;
      const { ready } = now();
      return ready instanceof NoAnswerError ? Promise.reject(ready) : Promise.resolve(ready);
    },
    postNothing: () => Promise.resolve(answer(now().bought ?? 422)),
  };
  let over = false;
  const waiting = untilItSells(client, url, { clock, stopped }).finally(() => (over = true));
  const outcome = waiting.then(
    () => 'sells',
    (error: unknown) => {
      expect(error).toBeInstanceOf(CannotLoadError);
      return (error as Error).message;
    },
  );
  await clock.advanceUntil(() => over, 20_000);
  return { outcome: await outcome, ms: clock.now() };
}

describe('the wait for a checkout that sells', () => {
  it('is none where one is ready, or refuses for a while: that is told as it goes', async () => {
    expect(await wait({ ready: answer(200) })).toEqual({ outcome: 'sells', ms: 0 });
    expect(await wait({ ready: answer(503, { reason: 'disk-full' }), bought: 503 })).toEqual({
      outcome: 'sells',
      ms: 0,
    });
  });

  it('is for one that just starts', async () => {
    const recovering = { ready: answer(503, { reason: 'recovering' }) };
    expect(await wait({ ready: silence }, recovering, { ready: answer(200) })).toEqual({ outcome: 'sells', ms: 500 });
  });

  it('has an end, and says what is there instead', async () => {
    expect(await wait({ ready: silence })).toEqual({
      ...{ outcome: `no checkout answers at ${url} (ECONNREFUSED)`, ms: 10_000 },
    });
    expect(await wait({ ready: answer(503, { reason: 'recovering' }) })).toEqual({
      ...{ outcome: `the checkout at ${url} is not ready (recovering)`, ms: 10_000 },
    });
  });

  it.each([
    ['has no /readyz', { ready: answer(404, 'not found') }, /no checkout \(GET \/readyz: 404\)/],
    ['sells nothing', { ready: answer(200), bought: 404 }, /no checkout \(POST \/checkout: 404\)/],
    ['does not sell to us', { ready: answer(200), bought: 401 }, /401.*give --api-key or the variable API_KEY/],
  ])('is none where what answers %s', async (_what, look, words) => {
    expect(await wait(look)).toEqual({ outcome: expect.stringMatching(words), ms: 0 });
  });
});
