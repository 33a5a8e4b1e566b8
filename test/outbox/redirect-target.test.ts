import { describe, expect, it } from '@jest/globals';

import { describeAnswer, describeAnswerStatus } from '../../shared/outbox/describe-answer.js';
import { redirectTarget } from '../../shared/outbox/redirect-target.js';

const asked = new URL('http://warehouse.example/events?from=outbox');
const target = (location: string | undefined) => redirectTarget(location, asked);

describe('the target of a redirect', () => {
  it.each([
    ['https://warehouse.example/events', 'https://warehouse.example, the same path'],
    ['/events/', 'http://warehouse.example/events/'],
    ['v2/events', 'http://warehouse.example/v2/events'],
    ['//other.example:8080/hook', 'http://other.example:8080/hook'],
    ['https://ann:hunter2@other.example/a?token=hunter2#hunter2', 'https://other.example/a'],
    ['https://b\u00fccher.example/\u001b[31m \r\n', 'https://xn--bcher-kva.example/%1B[31m'],
    ['javascript:alert(1)', 'an address of javascript:'],
    ['http://', 'an address that is none'],
    ['https://[nonsense', 'an address that is none'],
  ])('%j is told as %j: whoever mends the URL needs no more, and nobody else may have more', (location, words) => {
    expect(target(location)).toBe(words);
  });

  it('is of bounded length, and nothing where there is none', () => {
    expect(target(`/${'x'.repeat(10_000)}`)).toHaveLength(200);
    expect(target(`${'x'.repeat(10_000)}:y`)).toHaveLength(200);
    expect(target(undefined)).toBeUndefined();
  });

  it('stands with the status, also where the words of a destination do not', () => {
    const answer = {
      kind: 'status',
      status: 301,
      detail: 'moved',
      retryAfterMs: undefined,
      redirect: target('/new')!,
    } as const;
    expect(describeAnswerStatus(answer)).toBe('301 Moved Permanently to http://warehouse.example/new');
    expect(describeAnswer(answer)).toBe('301 Moved Permanently to http://warehouse.example/new: moved');
  });
});
