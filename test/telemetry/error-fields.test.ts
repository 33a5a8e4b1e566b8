import { describe, expect, it } from '@jest/globals';

import { errorFields } from '../../shared/telemetry/error-fields.js';

describe('an error in the log', () => {
  it('has what tells a person where to look', () => {
    const cause = Object.assign(new Error('no space left'), { code: 'ENOSPC' });
    const error = new TypeError('the purchase could not be stored', { cause });
    expect(errorFields(error)).toEqual({
      type: 'TypeError',
      message: 'the purchase could not be stored',
      stack: expect.stringContaining('error-fields.test'),
      cause: { type: 'Error', message: 'no space left', stack: expect.any(String), code: 'ENOSPC' },
    });
  });

  it('has nothing that a library hung on it: body-parser hangs the whole order there', () => {
    const error = Object.assign(new Error('broken'), {
      body: 'alice',
      headers: { authorization: 'Bearer x' },
      code: {},
    });
    expect(Object.keys(errorFields(error))).toEqual(['type', 'message', 'stack']);
  });

  it('ends, also where errors cause each other', () => {
    const error = new Error('one');
    error.cause = new Error('other', { cause: error });
    expect(JSON.stringify(errorFields(error)).match(/"one"/g)).toHaveLength(3);
    expect(errorFields('just text')).toBe('just text');
  });
});
