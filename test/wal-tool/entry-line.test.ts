import { describe, expect, it } from '@jest/globals';

import { entryLine } from '../../services/wal/entry-line.js';

const at = { segment: '00000000000000000001.wal', offset: 64, index: 0 };

describe('an entry as a line', () => {
  it('an entry would be another when it is read back', () => {
    const texts = ['{"a":1}', '[1,\n 2]', '"text"', '1234567890123456789012345', 'null', '{"a":"ü€\\n"}'];
    for (const text of texts) {
      const line = entryLine(3, at, Buffer.from(text));
      expect(line.endsWith('}\n')).toBe(true);
      expect(line.indexOf('\n')).toBe(line.length - 1);
      expect(JSON.parse(line)).toEqual({ sequence: 3, ...at, payload: JSON.parse(text) as unknown });
    }
    expect(entryLine(3, at, Buffer.from('1234567890123456789012345'))).toContain('"payload":1234567890123456789012345');
  });

  it('what is no JSON would be lost, or mangled', () => {
    for (const payload of [Buffer.from('first'), Buffer.from([0xff, 0xfe, 0]), Buffer.from('"\xff"', 'latin1')]) {
      const line = JSON.parse(entryLine(3, undefined, payload)) as { payloadBase64: string; segment: null };
      expect(line).not.toHaveProperty('payload');
      expect(Buffer.from(line.payloadBase64, 'base64')).toEqual(payload);
      expect(line.segment).toBeNull();
    }
  });
});
