import { describe, expect, it } from '@jest/globals';

import { classifyAnswer } from '../../services/load/classify-answer.js';
import { classifySilence } from '../../services/load/classify-silence.js';
import { retryDelayMs } from '../../services/load/retry-delay.js';
import { NoAnswerError } from '../../shared/shop-client/http-client.js';

const told = { sequence: 3, id: 'an-id', total: 250, currency: 'GBP' };
const classify = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  classifyAnswer({ status, body, headers });
const problem = (type: string, reason?: string) => ({ type: `urn:problem-type:${type}`, ...(reason && { reason }) });

describe('what an answer means to who bought', () => {
  it('is a purchase where it is 201, from before where that is said', () => {
    const body = { ...told, status: 'accepted', deliveries: {} };
    expect(classify(201, body)).toEqual({ kind: 'accepted', told, replayed: false });
    expect(classify(201, body, { 'idempotency-replayed': 'true' })).toMatchObject({ replayed: true });
  });

  it.each([
    [503, problem('purchase-refused', 'overloaded'), '503 overloaded', false, false],
    [503, problem('purchase-refused', 'shutting-down'), '503 shutting-down', false, true],
    [503, problem('not-ready', 'recovering'), '503 recovering', false, true],
    [429, problem('quota-exceeded'), '429 quota-exceeded', false, false],
    [500, problem('outcome-unknown'), '500 outcome-unknown', true, false],
    [502, '<html>Bad gateway</html>', '502', true, false],
    [503, null, '503', true, false],
    [500, problem('\u001b[2J'), '500', true, false],
    [408, '', '408', true, false],
  ])('is another try, where it is %d %j', (status, body, why, mayBeWritten, down) => {
    expect(classify(status, body)).toEqual({ kind: 'again', why, mayBeWritten, down, retryAfterMs: undefined });
  });

  it('waits as it is told, in seconds', () => {
    expect(classify(503, '', { 'retry-after': '7' })).toMatchObject({ retryAfterMs: 7_000 });
    expect(classify(503, '', { 'retry-after': 'Fri, 31 Dec 2030 23:59:59 GMT' })).toMatchObject({
      retryAfterMs: undefined,
    });
  });

  it.each([
    [200, told],
    [202, ''],
    [302, ''],
    [400, problem('idempotency-key-required')],
    [401, problem('unauthorized')],
    [404, ''],
    [409, ''],
    [413, ''],
    [422, problem('idempotency-key-reused')],
    [201, 'thanks'],
    [201, { ...told, sequence: 0 }],
    [201, { ...told, id: '' }],
    [201, { ...told, total: '250' }],
    [201, { ...told, currency: null }],
  ])('is wrong, where our orders must not get it: %d %j', (status, body) => {
    expect(classify(status, body)).toMatchObject({ kind: 'wrong' });
  });

  it('brings nothing to a terminal that could steer it', () => {
    expect(classify(404, '\u001b[2Jgone\n')).toEqual({ kind: 'wrong', why: '404:  [2Jgone ' });
  });

  it.each([
    ['ECONNREFUSED', 'no answer: connection refused', false],
    ['EAI_AGAIN', 'no answer: name unknown', false],
    ['UND_ERR_CONNECT_TIMEOUT', 'no answer: unreachable', false],
    ['UND_ERR_HEADERS_TIMEOUT', 'no answer: timed out', true],
    ['ECONNRESET', 'no answer: connection cut', true],
    [undefined, 'no answer: connection cut', true],
  ])('is another try where there is none: %s', (code, why, mayBeWritten) => {
    const silence = new NoAnswerError('', { cause: Object.assign(new Error(''), { code }) });
    expect(classifySilence(silence)).toEqual({ kind: 'again', why, mayBeWritten, down: true, retryAfterMs: undefined });
  });
});

describe('the time to the next try', () => {
  it('is what was asked for and up to a quarter more, so that those who were refused together do not come back together', () => {
    expect(retryDelayMs(9, 4_000, () => 0)).toBe(4_000);
    expect(retryDelayMs(1, 4_000, () => 1)).toBe(5_000);
  });

  it('has a bound: the checkout may be back earlier', () => {
    expect(retryDelayMs(1, 3_600_000, () => 0)).toBe(30_000);
  });

  it('grows by itself up to a second, and is never nothing', () => {
    const longest = [1, 2, 3, 4, 5, 6, 7, 8, 2_000].map((failures) => retryDelayMs(failures, undefined, () => 1));
    expect(longest).toEqual([20, 40, 80, 160, 320, 640, 1_000, 1_000, 1_000]);
    expect(retryDelayMs(5, undefined, () => 0.5)).toBe(160);
    expect(retryDelayMs(5, undefined, () => 0)).toBe(1);
    expect(retryDelayMs(5, 0, () => 0)).toBe(1);
  });
});
