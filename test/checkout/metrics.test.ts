import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import request from 'supertest';

import { DeliveryThreadGoneError } from '../../services/checkout/delivery/delivery-control.js';
import type { JournalProgress } from '../../shared/journal/index.js';
import { checkoutMetrics } from '../../services/checkout/checkout-metrics.js';
import { LogHistograms } from '../../services/checkout/log-histograms.js';
import { createMetrics } from '../../shared/telemetry/metrics.js';
import { openTestCheckout, type TestCheckout } from '../support/checkout-app.js';
import { sampleDeliveryFigures } from '../support/sample-delivery-figures.js';
import { sampleLaneStatus } from '../support/sample-lane-status.js';

let checkout: TestCheckout;

const page = async () => (await request(checkout.app).get('/metrics').expect(200)).text;
const linesOf = (text: string, prefix: string) =>
  text.split('\n').filter((line) => line.startsWith(prefix) && !line.includes('_bucket'));

describe('the metrics of the checkout', () => {
  beforeEach(async () => {
    checkout = await openTestCheckout();
  });
  afterEach(async () => {
    await checkout.close();
  });

  it('ask the journal once for a page: each question walks what is open at each destination', async () => {
    let asked = 0;
    const { journal } = checkout;
    const counted = Object.assign(Object.create(journal) as typeof journal, {
      progress: () => {
        asked += 1;
        return journal.progress();
      },
      figures: () => journal.figures(),
      disk: () => journal.disk(),
    });
    const metrics = createMetrics();
    checkoutMetrics(metrics, counted);
    expect(linesOf(await metrics.metrics(), 'checkout_log_durable_sequence')).toEqual([
      'checkout_log_durable_sequence 0',
    ]);
    expect(asked).toBe(1);
  });

  it('say what there is when the delivery thread is gone, and that it is: the page is needed most just then', async () => {
    await checkout.close();
    checkout = await openTestCheckout({
      delivery: { figures: () => Promise.reject(new DeliveryThreadGoneError('the delivery thread has ended')) },
    });
    const text = await page();
    expect(linesOf(text, 'checkout_delivery_')).toEqual(['checkout_delivery_thread_up 0']);
    expect(linesOf(text, 'thread_heap_used_bytes')).toEqual([expect.stringContaining('thread="api"')]);
    expect(linesOf(text, 'checkout_destination_pending')).toHaveLength(2);
    expect(linesOf(text, 'checkout_journal_up')).toEqual(['checkout_journal_up 1']);
  });

  it('say what there is when the database cannot be read', async () => {
    checkout.journal.progress = () => Promise.reject(new Error('database disk image is malformed'));
    const text = await page();
    expect(linesOf(text, 'checkout_journal_up')).toEqual(['checkout_journal_up 0']);
    expect(linesOf(text, 'checkout_log_durable_sequence')).toEqual([]);
    expect(linesOf(text, 'checkout_delivery_thread_up')).toEqual(['checkout_delivery_thread_up 1']);
    expect(linesOf(text, 'checkout_disk_available_bytes')).toHaveLength(1);
  });

  it('show what the delivery thread has counted: a circuit that is open since an hour, and how long requests take', async () => {
    await checkout.close();
    checkout = await openTestCheckout({
      delivery: { figures: () => Promise.resolve(sampleDeliveryFigures({ warehouse: sampleLaneStatus })) },
    });
    const text = await page();
    expect(linesOf(text, 'checkout_destination_circuit')).toEqual([
      'checkout_destination_circuit{destination="warehouse",state="closed"} 0',
      'checkout_destination_circuit{destination="warehouse",state="open"} 1',
      'checkout_destination_circuit{destination="warehouse",state="half-open"} 0',
      'checkout_destination_circuit_opened_timestamp_seconds{destination="warehouse"} 1800000000',
    ]);
    expect(linesOf(text, 'checkout_destination_in_flight')).toEqual([
      'checkout_destination_in_flight{destination="warehouse"} 3',
    ]);
    expect(linesOf(text, 'checkout_destination_rate_limit')).toEqual([]);
    expect(linesOf(text, 'checkout_delivery_request_duration_seconds')).toEqual([
      'checkout_delivery_request_duration_seconds_sum{destination="warehouse"} 0.02',
      'checkout_delivery_request_duration_seconds_count{destination="warehouse"} 1',
    ]);
    expect(linesOf(text, 'sqlite_transaction_duration_seconds_count')).toEqual([
      'sqlite_transaction_duration_seconds_count 1',
    ]);
    expect(linesOf(text, 'thread_heap_used_bytes').at(-1)).toBe('thread_heap_used_bytes{thread="delivery"} 5000000');
  });

  it('tell a destination that nobody serves from one that is removed, and how old its oldest purchase is', async () => {
    const acceptedAt = 1_700_000_000_000;
    const status = { cursor: 3, pending: 1, retrying: 0, parked: 0, paused: true, oldestPendingAt: acceptedAt };
    const progress = {
      log: await checkout.journal.progress().then(({ log }) => log),
      destinations: { crm: { ...status, owed: true }, fax: { ...status, owed: false, oldestPendingAt: undefined } },
    } as unknown as JournalProgress;
    checkout.journal.progress = () => Promise.resolve(progress);
    const metrics = createMetrics();
    checkoutMetrics(metrics, checkout.journal, { served: ['warehouse'], now: () => acceptedAt + 61_500 });
    const text = await metrics.metrics();
    expect(linesOf(text, 'checkout_destination_state').filter((line) => line.endsWith(' 1'))).toEqual([
      'checkout_destination_state{destination="crm",state="missing"} 1',
      'checkout_destination_state{destination="fax",state="removed"} 1',
    ]);
    expect(linesOf(text, 'checkout_destination_oldest_pending_age_seconds')).toEqual([
      'checkout_destination_oldest_pending_age_seconds{destination="crm"} 61.5',
      'checkout_destination_oldest_pending_age_seconds{destination="fax"} 0',
    ]);
    expect(linesOf(text, 'checkout_destination_paused')[0]).toBe('checkout_destination_paused{destination="crm"} 1');
  });

  it('show what the log took, in seconds and bytes', async () => {
    const metrics = createMetrics();
    const histograms = new LogHistograms();
    histograms.show(metrics);
    histograms.appended(12);
    histograms.committed({ entries: 5, bytes: 1500, writeMs: 1, syncMs: 8 });
    expect(linesOf(await metrics.metrics(), 'checkout_log_').filter((line) => line.includes('_sum'))).toEqual([
      'checkout_log_append_duration_seconds_sum 0.012',
      'checkout_log_batch_entries_sum 5',
      'checkout_log_batch_bytes_sum 1500',
      'checkout_log_write_duration_seconds_sum 0.001',
      'checkout_log_sync_duration_seconds_sum 0.008',
    ]);
  });
});
