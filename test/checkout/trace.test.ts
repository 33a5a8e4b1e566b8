import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import request from 'supertest';

import type { Sequence } from '../../shared/outbox/index.js';
import { openTestCheckout, type TestCheckout } from '../support/checkout-app.js';
import { anOrder } from '../../shared/shop-client/shop-client.js';

const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

describe('a purchase that is part of a trace', () => {
  let checkout: TestCheckout;
  beforeEach(async () => {
    checkout = await openTestCheckout();
  });
  afterEach(() => checkout.close());

  const buy = (headers: Record<string, string | string[]>) =>
    request(checkout.app)
      .post('/checkout')
      .set(headers as Record<string, string>)
      .send(anOrder)
      .expect(201);
  const recorded = async () => {
    const [purchase] = await checkout.journal.purchases(0 as Sequence, 1);
    return purchase?.record.trace;
  };

  it('is kept with it, so that the trace survives what the service does not', async () => {
    await buy({ traceparent, tracestate: 'rojo=1' });
    expect(await recorded()).toEqual({ traceparent, tracestate: 'rojo=1' });
    checkout = await checkout.reopen();
    expect(await recorded()).toEqual({ traceparent, tracestate: 'rojo=1' });
  });

  it('is kept with all of a tracestate that came in several headers, in their order', async () => {
    await buy({ traceparent, tracestate: ['rojo=1', 'congo=2, more=3'] });
    expect(await recorded()).toEqual({ traceparent, tracestate: 'rojo=1,congo=2,more=3' });
  });

  it('is kept without a tracestate that cannot be read', async () => {
    await buy({ traceparent, tracestate: 'Nonsense' });
    expect(await recorded()).toEqual({ traceparent });
  });

  it.each<[string, Record<string, string | string[]>]>([
    ['that is none', { traceparent: 'nonsense', tracestate: 'rojo=1' }],
    ['that is missing, beside a tracestate', { tracestate: 'rojo=1' }],
    ['that was sent twice', { traceparent: [traceparent, traceparent] }],
  ])('is taken all the same with a traceparent %s: nobody loses a purchase for it', async (_what, headers) => {
    await buy(headers);
    expect(await recorded()).toBeUndefined();
  });
});
