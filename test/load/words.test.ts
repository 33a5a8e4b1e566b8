import { describe, expect, it } from '@jest/globals';

import { isRight, type LoadReport } from '../../services/load/load-report.js';
import { Latencies } from '../../services/load/latencies.js';
import { progressLine, type Progress } from '../../services/load/progress-line.js';
import { readableMs, readableSeconds } from '../../services/load/readable-time.js';
import { summary } from '../../services/load/summary.js';
import { Tally } from '../../services/load/tally.js';

const latency = { count: 9, p50: 2.14, p90: 5, p99: 9.8, max: 31 };
const progress: Progress = {
  ...{ elapsedMs: 12_300, perSecond: 1234.4, latency, acknowledged: 14_808, failedTries: 2, wrong: 0, owed: 31 },
};
const report: LoadReport = {
  ...{ url: 'http://127.0.0.1:3000', ended: 'duration', seconds: 30.2, begun: 14_811, acknowledged: 14_808 },
  ...{ perSecond: 490.33, latencyMs: { firstTry: latency, laterTry: { ...latency, count: 0 } }, writtenBefore: 3 },
  ...{
    triedAgain: { 'no answer: connection refused': 150, '503 recovering': 40 },
    sentTwice: { same: 740, unknown: 0 },
  },
  ...{ wrong: { count: 0, first: [] }, unknown: { count: 0, firstKeys: [] } },
  ...{ pace: { late: 12, neverBegun: 0 }, seed: 7, acknowledgedFile: 'acknowledged.jsonl' },
};

describe('the line of progress', () => {
  it('tells how it goes', () => {
    expect(progressLine(progress)).toBe(
      '12 s  1,234/s  p50 2.1 ms  p99 9.8 ms  14.8k acknowledged  2 errors  31 pending',
    );
    const down = {
      ...progress,
      perSecond: 0,
      latency: { ...latency, count: 0 },
      failedTries: 1,
      owed: 'down',
    } as const;
    expect(progressLine(down)).toBe('12 s  0/s  p50 –  p99 –  14.8k acknowledged  1 error  (down)');
    expect(progressLine({ ...progress, wrong: 1 })).toMatch(/ {2}1 WRONG {2}31 pending$/);
  });

  it('fits 80 columns, whatever it has to tell', () => {
    const counts = [0, 1, 9_999, 10_000, 99_949, 99_950, 999_499, 999_500, 123_456_789, 999_499_999, 12e10];
    const times = [0, 9.94, 9.95, 999.4, 999.5, 9_949, 99_999, 5_999_999, 86_400_000];
    for (const count of counts) {
      for (const ms of times) {
        const slow = { count: 1, p50: ms, p90: ms, p99: ms, max: ms };
        const all = { elapsedMs: ms, acknowledged: count, failedTries: count, owed: count, latency: slow };
        for (const perSecond of [0, 99_999]) {
          expect(progressLine({ ...progress, ...all, perSecond }).length).toBeLessThanOrEqual(80);
        }
      }
    }
  });
});

describe('times for people', () => {
  it.each([
    [0, '0.0 ms'],
    [9.96, '10 ms'],
    [999.6, '1.0 s'],
    [9_960, '10 s'],
    [61_000, '61 s'],
    [100_000, '1 m'],
    [6_000_000, '1 h'],
    [360_000_000, '4 d'],
  ])('%d ms: %s', (ms, words) => {
    expect(readableMs(ms)).toBe(words);
    if (ms > 10_000) expect(readableSeconds(ms)).toBe(words);
  });
});

describe('the summary', () => {
  it('tells all in 80 columns, and how to check it', () => {
    const text = summary(report);
    expect(text).toBe(
      [
        'acknowledged      14,808 in 30 s: 490.3/s',
        '  at first try    9  p50 2.1 ms  p90 5.0 ms  p99 9.8 ms  max 31 ms',
        '  at a later try  none',
        '  written before  3 of them, by a try whose answer was lost',
        'tried again       150 × no answer: connection refused',
        '                  40 × 503 recovering',
        'sent twice        740 on purpose, each answered with the one purchase',
        'late              12 waited for a connection',
        'WRONG             0',
        'unknown           0',
        'seed              7',
        'file              acknowledged.jsonl',
        '',
        'check it: npm run audit -- --acknowledged acknowledged.jsonl',
        '',
      ].join('\n'),
    );
    expect(Math.max(...text.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(80);
  });

  it('names what is wrong and what is not known, and then all is not well', () => {
    expect(isRight(report)).toBe(true);
    const wrong = { ...report, wrong: { count: 12, first: ['two purchases'] } };
    const unknown = { ...report, unknown: { count: 1, firstKeys: ['a-key'] }, pace: { late: 3, neverBegun: 2 } };
    expect([isRight(wrong), isRight(unknown)]).toEqual([false, false]);
    expect(summary(wrong)).toMatch(/^WRONG +12\n +two purchases\n +and 11 more\n/m);
    expect(summary(unknown)).toMatch(/^unknown +1\n +key a-key\n/m);
    expect(summary(unknown)).toMatch(/^late +3 waited for a connection, and 2 were never begun$/m);
  });
});

describe('what is counted', () => {
  it('does not grow with what a checkout says', () => {
    const tally = new Tally();
    for (let kind = 0; kind < 1_000; kind += 1) tally.countFailure(`503 reason-${kind}`);
    for (let key = 0; key < 1_000; key += 1) tally.unknown.add(`key ${key}`);
    expect(Object.keys(tally.failuresByKind)).toHaveLength(41);
    expect(tally.failuresByKind).toMatchObject({ other: 960, '503 reason-0': 1 });
    expect(tally.failedTries).toBe(1_000);
    expect(tally.unknown).toMatchObject({ count: 1_000, first: Array.from({ length: 10 }, (_, key) => `key ${key}`) });
  });

  it('has percentiles to three digits, of all and of those that are new', () => {
    const latencies = new Latencies();
    for (let ms = 1; ms <= 100; ms += 1) latencies.record(ms);
    const { count, p50, p90, p99, max } = latencies.all;
    expect(count).toBe(100);
    for (const [seen, right] of [
      [p50, 50],
      [p90, 90],
      [p99, 99],
      [max, 100],
    ] as const) {
      expect(Math.abs(seen / right - 1)).toBeLessThan(0.002);
    }
    expect(latencies.takeLately().count).toBe(100);
    expect(latencies.takeLately()).toEqual({ count: 0, p50: 0, p90: 0, p99: 0, max: 0 });
    latencies.record(0);
    latencies.record(1e12);
    expect(latencies.takeLately().count).toBe(2);
    expect(latencies.all.count).toBe(102);
  });
});
