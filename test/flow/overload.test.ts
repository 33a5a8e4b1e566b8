import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { expectBooksToAgree } from '../support/books.js';
import type { Acknowledged } from '../../shared/customers/purchase-stream.js';
import { Shop } from '../../shared/shop-processes/shop.js';
import { anOrder } from '../../shared/shop-client/shop-client.js';

const pendingMax = 8;
/** Ten for each place that there is. They do not wait as long as they are told to. */
const customers = 10 * pendingMax;
const triesEach = 40;

/** What it takes that a client can do the right thing: nothing was written, why, and when to come back. */
const wellFormed = {
  status: 503,
  headers: { 'content-type': expect.stringMatching(/^application\/problem\+json/), 'retry-after': expect.anything() },
  body: {
    type: 'urn:problem-type:purchase-refused',
    reason: 'overloaded',
    status: 503,
    detail: expect.stringContaining('Nothing was written'),
  },
};

describe('a checkout under ten times the load that it may carry', () => {
  let shop: Shop;
  beforeEach(async () => {
    shop = await Shop.open({ checkout: { PENDING_MAX: String(pendingMax) } });
  });
  afterEach(() => shop.close());

  it('answers each request with a purchase or a refusal, keeps and delivers each purchase, and can be asked meanwhile', async () => {
    const acknowledged: Acknowledged[] = [];
    let refused = 0;
    const insist = async (customer: number) => {
      for (let attempt = 0; attempt < triesEach; attempt += 1) {
        const key = `customer-${customer}-${attempt}`;
        const answer = await shop.post(anOrder, key);
        if (answer.status === 201) {
          acknowledged.push({ key, order: anOrder, purchase: answer.body });
        } else {
          refused += 1;
          expect(answer).toMatchObject(wellFormed);
          expect(Number(answer.headers['retry-after'])).toBeGreaterThanOrEqual(1);
          expect(Number(answer.headers['retry-after'])).toBeLessThanOrEqual(60);
        }
      }
    };
    const progress = { over: false };
    const load = Promise.all(Array.from({ length: customers }, (_, customer) => insist(customer))).finally(() => {
      progress.over = true;
    });
    const looks: number[] = [];
    while (!progress.over) {
      looks.push((await shop.status()).admission.pending);
      // Momentary: load balancers that took it out would only make it worse for the others.
      expect((await shop.readiness('checkout')).status).toBe(200);
    }
    await load;

    expect(looks.length).toBeGreaterThan(0);
    expect(Math.max(...looks)).toBeLessThanOrEqual(pendingMax);
    expect(refused).toBeGreaterThan(0);
    expect(acknowledged.length + refused).toBe(customers * triesEach);
    expect(await shop.metric('checkout', 'checkout_refusals_total\\{reason="overloaded"\\}')).toBe(refused);
    expect((await shop.status()).admission).toMatchObject({ pending: 0, refusing: null });
    await expectBooksToAgree(shop, acknowledged);
    await shop.buy();
  }, 120_000);
});
