import { describe, expect, it } from '@jest/globals';

import { Histogram } from '../../shared/telemetry/index.js';
import { ServiceMetrics } from '../../shared/telemetry/metrics.js';
import { nextTurn } from '../support/next-turn.js';

const up = { name: 'thing_up', help: 'Whether it has answered.' };

const linesOf = (page: string, prefix: string) => page.split('\n').filter((line) => line.startsWith(prefix));

describe('a page of metrics', () => {
  it('reads each source once, however many metrics show it and however many ask at a time: a scrape must be cheap', async () => {
    const metrics = new ServiceMetrics();
    let readings = 0;
    const source = metrics.source(up, () => Promise.resolve((readings += 1)));
    for (const name of ['a', 'b', 'c']) source.gauge({ name: `thing_${name}`, help: 'Same.' }, (reading) => reading);
    const first = metrics.metrics();
    expect(metrics.metrics()).toBe(first);
    const pages = await Promise.all([first, metrics.metrics()]);
    expect(readings).toBe(1);
    expect(linesOf(pages[1], 'thing_')).toEqual(['thing_up 1', 'thing_a 1', 'thing_b 1', 'thing_c 1']);
    await metrics.metrics();
    expect(readings).toBe(2);
  });

  it('says what it can when a source fails, and nothing that was so before: an alert would look at old figures', async () => {
    const metrics = new ServiceMetrics();
    let broken = false;
    const source = metrics.source(up, () => (broken ? Promise.reject(new Error('gone')) : Promise.resolve(7)));
    source.gauge({ name: 'thing_depth', help: 'Depth.' }, (depth) => depth);
    metrics.own().gauge({ name: 'other_depth', help: 'Depth.' }, () => 8);
    expect(linesOf(await metrics.metrics(), 'thing_')).toEqual(['thing_up 1', 'thing_depth 7']);
    broken = true;
    const page = await metrics.metrics();
    expect(linesOf(page, 'thing_')).toEqual(['thing_up 0']);
    expect(linesOf(page, 'other_')).toEqual(['other_depth 8']);
  });

  it('does not wait for a source that is stuck, nor ask it again and again: its thread would have that to do as well', async () => {
    const metrics = new ServiceMetrics({ answerMsMax: 1 });
    let asked = 0;
    let answer: (depth: number) => void = () => undefined;
    const source = metrics.source(up, () => {
      asked += 1;
      return new Promise<number>((resolve) => {
        answer = resolve;
      });
    });
    source.gauge({ name: 'thing_depth', help: 'Depth.' }, (depth) => depth);
    for (const page of [await metrics.metrics(), await metrics.metrics()]) {
      expect(linesOf(page, 'thing_')).toEqual(['thing_up 0']);
    }
    expect(asked).toBe(1);
    answer(5);
    await nextTurn();
    const later = metrics.metrics();
    answer(6);
    expect(linesOf(await later, 'thing_')).toEqual(['thing_up 1', 'thing_depth 6']);
  });

  it('shows a histogram that was counted elsewhere as Prometheus wants it, or no quantile would be right', async () => {
    const histogram = new Histogram([0.1, 1]);
    for (const value of [0.05, 0.5, 0.6, 5]) histogram.observe(value);
    const metrics = new ServiceMetrics();
    metrics
      .own()
      .histogram({ name: 'wait_seconds', help: 'Wait.', labels: ['of'] }, () => [[{ of: 'x' }, histogram.counts]]);
    expect(linesOf(await metrics.metrics(), 'wait_')).toEqual([
      'wait_seconds_bucket{of="x",le="0.1"} 1',
      'wait_seconds_bucket{of="x",le="1"} 3',
      'wait_seconds_bucket{of="x",le="+Inf"} 4',
      'wait_seconds_sum{of="x"} 6.15',
      'wait_seconds_count{of="x"} 4',
    ]);
  });

  it('leaves out what there is not: a rate of a destination without one is not 0', async () => {
    const metrics = new ServiceMetrics();
    metrics.own().gauge({ name: 'rate_limit', help: 'Rate.' }, () => undefined);
    expect(linesOf(await metrics.metrics(), 'rate_')).toEqual([]);
  });
});
