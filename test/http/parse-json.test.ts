import { describe, expect, it } from '@jest/globals';

import { countNames, findRepeatedName } from '../../shared/http/json-names.js';
import { countSoundNames } from '../../shared/http/json-soundness.js';
import { parseJson, Problem } from '../../shared/http/index.js';
import { anySeed, createRandom, type Random } from '../../shared/customers/random.js';

const parse = (text: string | Buffer) => parseJson(Buffer.from(text));
function refusal(text: string | Buffer): Problem {
  try {
    parse(text);
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  throw new Error(`it was taken: ${String(text)}`);
}
const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);

describe('a body that everyone reads alike', () => {
  it.each([
    '{"a":{"a":[{"a":1},{"a":1}]},"b":{"a":1}}',
    '[1e308,-1e308,0.1,-0,5e-324]',
    String.raw`{"a:b":":","\"":"{","\\":"\\\"","c\\\":":"}]"}`,
    String.raw`"\ud83d\ude00 \u0000 \u005c"`,
    ' { "constructor" : 1 , "prototype" : { } } ',
    '""',
    'null',
    nested(32),
  ])('is taken as JSON.parse takes it: %s', (text) => {
    expect(parse(text)).toEqual(JSON.parse(text));
  });
});

describe('a body that is not JSON, or only for some', () => {
  it.each<[string, string | Buffer, RegExp]>([
    ['is empty', '', /is empty/],
    ['is blank', '  ', /could not be parsed/],
    ['has a byte order mark', '\ufeff{}', /byte order mark/],
    ['is Latin-1', Buffer.from('"Zo\xeb"', 'latin1'), /UTF-8/],
    ['holds a surrogate in UTF-8', Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]), /UTF-8/],
    ['holds an overlong slash', Buffer.from([0x22, 0xc0, 0xaf, 0x22]), /UTF-8/],
    ['is UTF-16', Buffer.from('{}', 'utf16le'), /could not be parsed/],
    ['goes on behind its end', '{} {}', /could not be parsed/],
    ['ends with a NUL', '{}\0', /could not be parsed/],
    ['holds a NUL', '"a\0b"', /could not be parsed/],
    ['holds a bare line break', '"a\nb"', /could not be parsed/],
    ['has a comma too many', '[1,]', /could not be parsed/],
    ['has a comment', '{/* */}', /could not be parsed/],
    ['is cut off in a string', '{"a', /could not be parsed/],
    ['is cut off behind a backslash', '"\\', /could not be parsed/],
    ['says NaN', '[NaN]', /could not be parsed/],
    ['closes what it has not opened', ']'.repeat(50) + '['.repeat(20), /could not be parsed/],
    ['goes one level too deep', nested(33), /more than 32 levels|deeper than 32 levels/],
    ['goes deep in objects', '{"a":'.repeat(33) + '1' + '}'.repeat(33), /deeper than 32 levels/],
    ['goes too deep and does not come back', '['.repeat(60_000), /deeper than 32 levels/],
  ])('that %s is refused with 400', (_what, body, detail) => {
    expect(refusal(body)).toMatchObject({
      status: 400,
      code: 'malformed-json',
      message: expect.stringMatching(detail),
    });
  });

  it('of ten million brackets is refused before anything is made of it, or memory would go on it', () => {
    const before = process.memoryUsage().heapUsed;
    refusal('['.repeat(10 * 1024 * 1024));
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(64 * 1024 * 1024);
  });
});

describe('a name that is there twice', () => {
  it.each([
    ['{"a":1,"a":1}', '#/a'],
    ['{"a":1,"b":[0,{"c":{"x":1},"d":[[],{"x":1,"x":2}]}]}', '#/b/1/d/1/x'],
    [String.raw`{"a":1,"\u0061":2}`, '#/a'],
    [String.raw`{"a\"b":1,"a\u0022b":2}`, '#/a%22b'],
    ['{"":1,"":2}', '#/'],
    ['{"a":{"b":1,"b":2},"a":1}', '#/a/b'],
    ['{"__proto__":1,"__proto__":2}', '#/__proto__'],
    ['{"<script>":1,"<script>":2}', '#/%3Cscript%3E'],
    [`{"items":[{"quantity":1,"quantity":1000000}]}`, '#/items/0/quantity'],
  ])('is refused, or what was checked before would not be what is bought: %s', (text, pointer) => {
    expect(refusal(text)).toMatchObject({ status: 400, code: 'malformed-json', errors: [{ pointer }] });
  });

  it('of 60 kB does not come back as a whole', () => {
    const name = '<'.repeat(30_000);
    expect(JSON.stringify(refusal(`{"${name}":1,"${name}":2}`)).length).toBeLessThan(1000);
  });
});

describe('a value that nobody can mean', () => {
  it.each([
    ['{"a":[1e400]}', '#/a/0', 'must not be so large'],
    ['-1e999', '#', 'must not be so large'],
    [`{"a":${'9'.repeat(400)}}`, '#/a', 'must not be so large'],
    ['{"__proto__":{"admin":true}}', '#/__proto__', 'unknown field'],
    [String.raw`{"a":{"\u005f_proto__":1}}`, '#/a/__proto__', 'unknown field'],
    [String.raw`{"a":"\ud800"}`, '#/a', 'must not hold half of a surrogate pair'],
    [String.raw`{"a":"x\uDE00\uD83D"}`, '#/a', 'must not hold half of a surrogate pair'],
    [String.raw`{"\ud800":1}`, '#/%EF%BF%BD', 'must not hold half of a surrogate pair'],
  ])('is refused with 422, and where it is: %s', (text, pointer, detail) => {
    expect(refusal(text)).toMatchObject({ status: 422, code: 'invalid-body', errors: [{ pointer, detail }] });
  });

  it('changes nothing for others', () => {
    refusal('{"__proto__":{"polluted":true}}');
    parse('{"constructor":{"prototype":{"polluted":true}}}');
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});

describe('names counted in the text and in what became of it', () => {
  it('are as many for any JSON, and fewer when one is repeated', () => {
    const random = createRandom(anySeed());
    for (let round = 0; round < 500; round += 1) {
      const text = JSON.stringify(anyValue(random, 0), null, random.pick([0, 2]));
      const seen = { seed: random.seed, text, names: countSoundNames(JSON.parse(text)) };
      expect({ seed: random.seed, text, names: countNames(text, 32) }).toEqual(seen);
      expect(findRepeatedName(text)).toBeUndefined();
      const repeated = `{"twice":${text},"between":${text},"twice":1}`;
      expect(refusal(repeated).errors).toMatchObject([{ pointer: '#/twice' }]);
    }
  });
});

function anyValue(random: Random, depth: number): unknown {
  const texts = ['', 'a', '"', '\\', '\\"', ':', '{', '}]', 'é', '\u2028', '😀', '\n'];
  const kind = random.integer(0, depth > 4 ? 2 : 5);
  if (kind === 0) return random.integer(-5, 5);
  if (kind <= 2) return random.pick(texts) + random.pick(texts);
  const size = random.integer(0, 4);
  if (kind === 3) return Array.from({ length: size }, () => anyValue(random, depth + 1));
  const fields = Array.from({ length: size }, () => [
    random.pick(texts) + random.pick(texts),
    anyValue(random, depth + 1),
  ]);
  return Object.fromEntries(fields) as unknown;
}
