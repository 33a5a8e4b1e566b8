import { describe, expect, it } from '@jest/globals';

import { describeNetworkError } from '../../shared/outbox/describe-network-error.js';

function withCode(message: string, code: string, more: object = {}): Error {
  return Object.assign(new Error(message), { code, ...more });
}

describe('describeNetworkError', () => {
  const refused = withCode('connect ECONNREFUSED 127.0.0.1:3001', 'ECONNREFUSED');

  it('says what the network said', () => {
    expect(describeNetworkError(refused)).toBe('connect ECONNREFUSED 127.0.0.1:3001');
  });

  it('adds the code where the words lack it', () => {
    expect(describeNetworkError(withCode('other side closed', 'UND_ERR_SOCKET'))).toBe(
      'other side closed (UND_ERR_SOCKET)',
    );
  });

  it('looks through wrappers: "fetch failed" helps nobody', () => {
    expect(describeNetworkError(new TypeError('fetch failed', { cause: refused }))).toBe(refused.message);
  });

  it('takes the first of several addresses that were tried', () => {
    const second = withCode('connect ECONNREFUSED ::1:3001', 'ECONNREFUSED');
    const tried = new AggregateError([refused, second], '');
    expect(describeNetworkError(new Error('failed', { cause: tried }))).toBe(refused.message);
  });

  it.each([
    [withCode('', 'ETIMEDOUT'), 'ETIMEDOUT'],
    [new Error(''), 'unknown network error'],
    ['just words', 'just words'],
    [undefined, 'undefined'],
    [null, 'null'],
  ])('finds words for %p', (error, words) => {
    expect(describeNetworkError(error)).toBe(words);
  });

  it('ends with an error that is its own cause', () => {
    const circular = new Error('round and round');
    circular.cause = circular;
    expect(describeNetworkError(circular)).toBe('round and round');
  });
});
