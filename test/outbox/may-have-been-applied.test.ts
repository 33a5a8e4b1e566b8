import { describe, expect, it } from '@jest/globals';

import { mayHaveBeenApplied } from '../../shared/outbox/may-have-been-applied.js';
import type { Answer } from '../../shared/outbox/types.js';
import { none, status } from '../support/scripted-transport.js';

describe('mayHaveBeenApplied', () => {
  it('is so of 408 and 5xx, which a proxy may say after it handed the request on, and of no other status', () => {
    for (let code = 300; code <= 599; code += 1) {
      expect([code, mayHaveBeenApplied(status(code))]).toEqual([code, code === 408 || code >= 500]);
    }
  });

  it('is so without an answer, unless nothing arrived', () => {
    expect(mayHaveBeenApplied(none('other side closed'))).toBe(true);
    const refused: Answer = { kind: 'none', detail: 'connect ECONNREFUSED', notApplied: true };
    expect(mayHaveBeenApplied(refused)).toBe(false);
  });

  it('is not so of an event of a batch of which the destination says that it is not stored', () => {
    const retry: Answer = { kind: 'status', status: 503, detail: '', retryAfterMs: undefined, notApplied: true };
    expect(mayHaveBeenApplied(retry)).toBe(false);
  });
});
