import { describe, expect, it } from '@jest/globals';

import { describeBefore, type DeliveryOnRecord } from '../../../shared/journal/local/describe-before.js';

describe('what had become of a delivery before a decision', () => {
  it.each<[string, DeliveryOnRecord | undefined]>([
    ['parked after 3 attempts: 422 Unprocessable Entity', tried('parked', 3, '422 Unprocessable Entity')],
    ['retrying after 1 attempt: connect ECONNREFUSED', tried('retrying', 1, 'connect ECONNREFUSED')],
    ['parked after 2 attempts', tried('parked', 2, null)],
    ['pending', undefined],
  ])('is told as "%s"', (words, delivery) => {
    expect(describeBefore(delivery)).toBe(words);
  });
});

function tried(state: DeliveryOnRecord['state'], attempts: number, detail: string | null): DeliveryOnRecord {
  return { state, attempts, detail };
}
