import { describe, expect, it } from '@jest/globals';

import { classifyAnswer, type Meaning } from '../../shared/outbox/classify-answer.js';
import { none, status } from '../support/scripted-transport.js';

// Written out once more, so that a change of the rule must be made twice, knowingly.
function expected(code: number): Meaning {
  if (code >= 200 && code < 300) return 'confirmed';
  if (code >= 300 && code < 400) return 'misdirected';
  switch (code) {
    case 400:
    case 409:
    case 413:
    case 415:
    case 422:
      return 'refused';
    case 401:
    case 403:
    case 404:
    case 410:
      return 'misdirected';
    default:
      return 'again';
  }
}

describe('classifyAnswer', () => {
  it('knows every status from 100 to 599: a wrong class parks what could be delivered, or never delivers it', () => {
    for (let code = 100; code <= 599; code += 1) {
      expect([code, classifyAnswer(status(code))]).toEqual([code, expected(code)]);
    }
  });

  it.each([408, 425, 429, 500, 502, 503, 504])('tries again after %i', (code) => {
    expect(classifyAnswer(status(code))).toBe('again');
  });

  it.each([402, 405, 406, 418, 451, 499, 0, 600, 999])('tries again after %i, of which nothing is agreed', (code) => {
    expect(classifyAnswer(status(code))).toBe('again');
  });

  it('tries again after a 413 that says when: it is not the entry that is too large, but the day', () => {
    expect(classifyAnswer(status(413, '', 0))).toBe('again');
    expect(classifyAnswer(status(413, '', 60_000))).toBe('again');
  });

  it.each([400, 409, 415, 422])('parks what is refused with %i, also when that says when to come back', (code) => {
    expect(classifyAnswer(status(code, '', 1_000))).toBe('refused');
  });

  it('tries again when there was no answer: whether it was stored is not known', () => {
    expect(classifyAnswer(none())).toBe('again');
  });
});
