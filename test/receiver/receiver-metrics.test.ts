import { describe, expect, it } from '@jest/globals';

import { receiverMetrics } from '../../shared/receiver/index.js';
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
});
