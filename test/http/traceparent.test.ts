import { describe, expect, it } from '@jest/globals';

import { formatTraceparent, parseTraceparent } from '../../shared/http/traceparent.js';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const parentId = '00f067aa0ba902b7';

describe('a traceparent', () => {
  it.each([
    ['sampled', `00-${traceId}-${parentId}-01`, { traceId, parentId, flags: 1 }],
    ['not sampled', `00-${traceId}-${parentId}-00`, { traceId, parentId, flags: 0 }],
    [
      'of the first example',
      '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      { traceId: '0af7651916cd43dd8448eb211c80319c', parentId: 'b7ad6b7169203331', flags: 1 },
    ],
    ['whose trace-id is random (level 2)', `00-${traceId}-${parentId}-03`, { traceId, parentId, flags: 3 }],
    ['with flags that have no meaning yet', `00-${traceId}-${parentId}-fd`, { traceId, parentId, flags: 1 }],
    ['of a later version', `cc-${traceId}-${parentId}-01`, { traceId, parentId, flags: 1 }],
    [
      'of one that says more',
      `cc-${traceId}-${parentId}-01-what-the-future-will-be-like`,
      { traceId, parentId, flags: 1 },
    ],
  ])('%s is read: the trace would else begin anew here', (_what, header, read) => {
    expect(parseTraceparent(header)).toEqual(read);
  });

  it.each([
    ['nothing', ''],
    ['the version that is none', `ff-${traceId}-${parentId}-01`],
    ['version 00 with more behind it', `00-${traceId}-${parentId}-01-more`],
    ['version 00 with a dash behind it', `00-${traceId}-${parentId}-01-`],
    ['a later version with something else than a dash there', `cc-${traceId}-${parentId}-01.more`],
    ['a trace-id of zeros', `00-${'0'.repeat(32)}-${parentId}-01`],
    ['a parent-id of zeros', `00-${traceId}-${'0'.repeat(16)}-01`],
    ['a trace-id that is too short', `00-${traceId.slice(1)}-${parentId}-01`],
    ['a parent-id that is too long', `00-${traceId}-${parentId}0-01`],
    ['capital letters', `00-${traceId.toUpperCase()}-${parentId}-01`],
    ['other letters', `00-${traceId.slice(1)}g-${parentId}-01`],
    ['flags of one digit', `00-${traceId}-${parentId}-1`],
    ['no flags', `00-${traceId}-${parentId}`],
    ['two of them, joined', `00-${traceId}-${parentId}-01, 00-${traceId}-${parentId}-01`],
    ['two of a later version, joined', `cc-${traceId}-${parentId}-01, cc-${traceId}-${parentId}-01`],
    ['a line end behind it', `00-${traceId}-${parentId}-01\n`],
  ])('is not read from %s', (_what, header) => {
    expect(parseTraceparent(header)).toBeUndefined();
  });

  it('is written in version 00, whatever it came in, or those after us might not read it', () => {
    expect(formatTraceparent(parseTraceparent(`cc-${traceId}-${parentId}-03-more`)!)).toBe(
      `00-${traceId}-${parentId}-03`,
    );
  });
});
