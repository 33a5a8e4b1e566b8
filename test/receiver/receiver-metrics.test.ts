import { describe, expect, it } from '@jest/globals';

import { receiverMetrics, signatureMetrics } from '../../shared/receiver/index.js';
import { createMetrics } from '../../shared/telemetry/metrics.js';

describe('the metrics of a receiver', () => {
  it('count by result and start at 0, or an alert on the first rejected purchase would not ring', async () => {
    const registry = createMetrics();
    const observe = receiverMetrics(registry);
    observe('applied');
    observe('applied');
    const text = await registry.metrics();
    expect(text).toContain('receiver_events_total{result="applied"} 2');
    expect(text).toContain('receiver_events_total{result="rejected"} 0');
  });

  it('tell which secret deliveries are signed with, or nobody could know when the old one may go', async () => {
    const registry = createMetrics();
    const observe = signatureMetrics(registry);
    observe('current');
    const text = await registry.metrics();
    expect(text).toContain('receiver_signatures_total{secret="current"} 1');
    expect(text).toContain('receiver_signatures_total{secret="previous"} 0');
  });
});
