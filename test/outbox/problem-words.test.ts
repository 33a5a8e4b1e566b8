import { describe, expect, it } from '@jest/globals';

import { describeAnswer } from '../../shared/outbox/describe-answer.js';
import { problemWords } from '../../shared/outbox/problem-words.js';

describe('what a destination said', () => {
  it.each([
    ['unknown currency', { type: 'about:blank', title: 'Unprocessable', status: 422, detail: 'unknown currency' }],
    ['unknown currency', { detail: 'unknown currency', errors: 'many' }],
    [
      'the body breaks the schema; #/currency unknown currency; is required; #/total',
      {
        detail: 'the body breaks the schema',
        errors: [
          { pointer: '#/currency', detail: 'unknown currency' },
          { detail: 'is required' },
          { pointer: '#/total' },
          null,
          7,
          {},
        ],
      },
    ],
  ])('is told as "%s" where it is a problem: a person reads it in one line, beside others', (words, problem) => {
    expect(problemWords(JSON.stringify(problem))).toBe(words);
  });

  it.each([
    'closed for stock-taking',
    '{"error":"no such SKU"}',
    '{"detail":7}',
    '{"detail":""}',
    '{"detail":"cut sh',
    '["detail"]',
    '"detail"',
    '',
  ])('is told as it came where it is none: %s', (text) => {
    expect(problemWords(text)).toBe(text);
  });

  it('stays one line of bounded length: escapes in JSON become what they stand for', () => {
    const detail = JSON.stringify({ detail: `no\n\u001b[31m${'x'.repeat(400)}` });
    const words = describeAnswer({ kind: 'status', status: 422, detail, retryAfterMs: undefined });
    expect(words).toMatch(/^422 Unprocessable Entity: no \[31mx+…$/);
    expect(words).toHaveLength(300);
  });
});
