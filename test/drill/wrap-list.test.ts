import { describe, expect, it } from '@jest/globals';

import { wrapList } from './wrap-list.js';

describe('wrapList', () => {
  it('loses no word, and no line is too long', () => {
    const words = Array.from({ length: 50 }, (_, index) => 'x'.repeat((index * 7) % 40) + String(index));
    const lines = wrapList(words);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
    expect(lines.length).toBeGreaterThan(1);
    expect(lines.map((line) => line.trim()).join(' ')).toBe(words.join(', '));
  });
});
