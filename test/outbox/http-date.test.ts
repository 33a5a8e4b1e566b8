import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { describe, expect, it } from '@jest/globals';

import { parseHttpDate } from '../../shared/outbox/http-date.js';
import type { EpochMs } from '../../shared/outbox/types.js';

const in1994 = Date.UTC(1994, 10, 6) as EpochMs;
const theExample = Date.UTC(1994, 10, 6, 8, 49, 37);
// RFC 9110, 5.6.7, has these three.
const forms = ['Sun, 06 Nov 1994 08:49:37 GMT', 'Sunday, 06-Nov-94 08:49:37 GMT', 'Sun Nov  6 08:49:37 1994'];

describe('parseHttpDate', () => {
  it.each(forms)('reads %p', (text) => {
    expect(parseHttpDate(text, in1994)).toBe(theExample);
  });

  it.each(['Asia/Kolkata', 'America/St_Johns'])('reads the same in the zone %s: no pause is hours longer', (zone) => {
    const module = fileURLToPath(new URL('../../shared/outbox/http-date.js', import.meta.url));
    const script = `import { parseHttpDate } from ${JSON.stringify(module)};
      const dates = ${JSON.stringify(forms)}.map((text) => parseHttpDate(text, ${in1994}));
      console.log(JSON.stringify({ dates, zone: Intl.DateTimeFormat().resolvedOptions().timeZone }));`;
    const output = execFileSync(process.execPath, ['--input-type=module', '-e', script], { env: { TZ: zone } });
    const { dates, zone: inForce } = JSON.parse(String(output)) as { dates: number[]; zone: string };
    expect(inForce).toMatch(zone === 'Asia/Kolkata' ? /^Asia\/(Kolkata|Calcutta)$/ : /^America\/St_Johns$/);
    expect(dates).toEqual([theExample, theExample, theExample]);
  });

  it.each(['Wed, 25 Nov 2026 01:02:03', 'Wed, 5 Nov 2026 01:02:03'])(
    'takes GMT under its other names after %p',
    (start) => {
      for (const zone of ['UTC', '+0000', '-0000']) {
        expect(parseHttpDate(`${start} ${zone}`, in1994)).toBe(Date.parse(`${start} GMT`));
      }
    },
  );

  it.each([
    [1994, '94', 1994],
    [1994, '44', 1944],
    [1994, '43', 1943],
    [2026, '26', 2026],
    [2026, '76', 2076],
    [2026, '77', 1977],
    [2026, '94', 1994],
  ])('takes, in %i, the year %p for %i', (now, short, year) => {
    const date = parseHttpDate(`Sunday, 06-Nov-${short} 00:00:00 GMT`, Date.UTC(now, 5) as EpochMs);
    expect(new Date(date!).getUTCFullYear()).toBe(year);
  });

  it('takes a leap second and a leap day', () => {
    expect(parseHttpDate('Fri, 31 Dec 2027 23:59:60 GMT', in1994)).toBe(Date.UTC(2028, 0, 1));
    expect(parseHttpDate('Tue, 29 Feb 2028 00:00:00 GMT', in1994)).toBe(Date.UTC(2028, 1, 29));
  });

  it.each([
    '',
    'soon',
    'Mon, nonsense',
    'Mon, 31 Feb 2028 00:00:00 GMT',
    'Tue, 29 Feb 2027 00:00:00 GMT',
    'Sun, 00 Nov 1994 08:49:37 GMT',
    'Sun, 06 Nov 1994 24:00:00 GMT',
    'Sun, 06 Nov 1994 08:60:00 GMT',
    'Sun, 06 Nov 1994 08:49:61 GMT',
    'Sun, 06 Nov 1994 08:49:37',
    'Sun, 06 Nov 1994 08:49:37 CET',
    'Sun, 06 Nov 1994 08:49:37 +0100',
    'Sun, 06 Nix 1994 08:49:37 GMT',
    'Sun Nov 6 08:49:37 1994',
    'Sun Nov  6 08:49:37 1994 GMT',
    '1994-11-06T08:49:37Z',
    'Sun, 06 Nov 1994 08:49:37 GMT, and more',
  ])('takes %p for no date', (text) => {
    expect(parseHttpDate(text, in1994)).toBeUndefined();
  });
});
