import { describe, expect, it } from '@jest/globals';

import { jsonPointer } from '../../shared/http/json-pointer.js';

describe('a pointer into a body', () => {
  it.each([
    [[], '#'],
    [['items', 0, 'sku'], '#/items/0/sku'],
    [['a/b~c'], '#/a~1b~0c'],
    [[''], '#/'],
    [['é'], '#/%C3%A9'],
  ])('is one of RFC 6901, as a URI fragment: %j', (path, pointer) => {
    expect(jsonPointer(path)).toBe(pointer);
  });

  it('never holds anything of which a page could make markup, nor what would break a header or a log', () => {
    for (let code = 0; code < 0x3000; code += 1) {
      expect(jsonPointer([String.fromCharCode(code)])).toMatch(/^#\/[\w.!~*()%-]*$/);
    }
    expect(jsonPointer(['\ud800'])).toBe('#/%EF%BF%BD');
  });

  it('is short, whatever it points at, and shows where it was cut', () => {
    const deep = Array.from({ length: 10_000 }, () => 'name');
    for (const path of [
      ['x'.repeat(60_000)],
      ['<'.repeat(60_000)],
      ['😀'.repeat(30_000)],
      deep,
      ['a', '<'.repeat(200)],
    ]) {
      const pointer = jsonPointer(path);
      expect(pointer.length).toBeLessThan(300);
      expect(pointer).toMatch(/\/%E2%80%A6$/);
      expect(() => decodeURIComponent(pointer)).not.toThrow();
    }
  });
});
