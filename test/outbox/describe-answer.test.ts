import { describe, expect, it } from '@jest/globals';

import { describeAnswer, shortenText } from '../../shared/outbox/describe-answer.js';
import { none, status } from '../support/scripted-transport.js';

describe('describeAnswer', () => {
  it.each([
    [status(503, 'closed for stock-taking'), '503 Service Unavailable: closed for stock-taking'],
    [status(503), '503 Service Unavailable'],
    [status(299), '299'],
    [status(599, 'odd'), '599: odd'],
    [none('no answer within 5000 ms'), 'no answer within 5000 ms'],
  ])('puts %j in words', (answer, words) => {
    expect(describeAnswer(answer)).toBe(words);
  });

  it('reads a problem whole before it shortens it: cut first, it would be told as raw JSON', () => {
    const errors = Array.from({ length: 20 }, (_, index) => ({ pointer: `#/items/${index}`, detail: 'unknown SKU' }));
    const problem = JSON.stringify({ type: 'about:blank', detail: 'the body breaks the schema', errors }, undefined, 2);
    const words = describeAnswer(status(422, problem));
    expect(words).toMatch(/^422 Unprocessable Entity: the body breaks the schema; #\/items\/0 unknown SKU; /);
    expect(words).toHaveLength(300);
  });

  it('is of bounded length, as it is stored with every failure', () => {
    expect(describeAnswer(status(500, 'x'.repeat(10_000)))).toHaveLength(300);
    expect(describeAnswer(none('y'.repeat(10_000)))).toHaveLength(300);
  });
});

describe('shortenText', () => {
  it('makes one line of many and lets no control character through to a terminal', () => {
    expect(shortenText(' a\r\n\tb\u001b[31mc\u0000 ')).toBe('a b [31mc');
  });

  it('keeps what is just short enough and marks what was cut', () => {
    expect(shortenText('x'.repeat(300))).toBe('x'.repeat(300));
    expect(shortenText('x'.repeat(301))).toBe(`${'x'.repeat(299)}…`);
  });
});
