import { readFileSync } from 'node:fs';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import request from 'supertest';

import { limitRate } from '../../services/checkout/access/limit-rate.js';
import { parseApiKeys } from '../../services/checkout/access/parse-api-keys.js';
import { requireApiKey } from '../../services/checkout/access/require-api-key.js';
import { openTestCheckout, type TestCheckout } from '../support/checkout-app.js';
import { handResolved, type HandResolved } from '../support/hand-resolved.js';
import { anOrder } from '../../shared/shop-client/shop-client.js';

interface Answer {
  readonly status: number;
  readonly code: string;
}

/** The rows of the README's table that tell of a refusal: `503 purchase-refused`. */
function told(): string[] {
  const readme = readFileSync(new URL('../../../services/checkout/README.md', import.meta.url), 'utf8');
  const section = readme.split('\n## What decides a purchase\n')[1]?.split('\n## ')[0] ?? '';
  return [...section.matchAll(/^\| .*\| *`(\d{3} [a-z-]+)` *\|$/gm)].map(([, refusal]) => refusal!);
}

describe('the order in which a purchase is decided', () => {
  let now: number;
  let held: HandResolved | undefined;
  let checkout: TestCheckout;
  beforeEach(async () => {
    now = 0;
    held = undefined;
    const { keys } = parseApiKeys('web=the-secret-of-web');
    checkout = await openTestCheckout({
      pendingMax: 1,
      requireIdempotencyKey: true,
      gates: [
        requireApiKey(keys, { observe: () => undefined, log: { warn: () => undefined } }),
        limitRate({ requests: 1, seconds: 10 }, () => now),
      ],
      append: async (record) => {
        await held?.promise;
        return checkout.journal.append(record);
      },
    });
  });
  afterEach(() => checkout.close());

  const send = async (headers: Record<string, string>, body: string): Promise<Answer> => {
    const answer = await request(checkout.app).post('/checkout').set(headers).send(body);
    const { type } = answer.body as { type?: string };
    return { status: answer.status, code: type?.replace('urn:problem-type:', '') ?? '' };
  };
  const faultless = {
    Authorization: 'Bearer the-secret-of-web',
    'Idempotency-Key': 'click',
    'Content-Type': 'application/json',
  };
  /** With a quota that nobody has used. */
  const rested = (headers: Record<string, string>, body: string) => {
    now += 10_000;
    return send(headers, body);
  };

  it('is as the README tells it: who mends one fault after the other meets the refusals in that order', async () => {
    expect(await send(faultless, JSON.stringify(anOrder))).toEqual({ status: 201, code: '' });

    const seen: Answer[] = [];
    const stranger = { 'Content-Type': 'text/plain' };
    const keyless = { ...stranger, Authorization: faultless.Authorization };
    const wrongOrder = JSON.stringify({ ...anOrder, currency: 'XYZ' });
    const otherOrder = JSON.stringify({ ...anOrder, customerId: 'another' });
    const tooLong = `{${' '.repeat(70_000)}`;

    held = handResolved();
    const underWay = rested({ ...faultless, 'Idempotency-Key': 'under-way' }, JSON.stringify(anOrder));
    await expectPending(1);
    seen.push(await rested(stranger, tooLong));
    held.resolve();
    expect((await underWay).status).toBe(201);

    seen.push(await rested(stranger, tooLong));
    await rested(faultless, JSON.stringify(anOrder));
    seen.push(await send(keyless, tooLong));
    seen.push(await rested(keyless, tooLong));
    const misshapen = { ...keyless, 'Idempotency-Key': 'a key' };
    seen.push(await rested(misshapen, tooLong));
    const keyed = { ...misshapen, 'Idempotency-Key': 'click' };
    seen.push(await rested(keyed, tooLong));
    seen.push(await rested(faultless, tooLong));
    seen.push(await rested(faultless, '{'));
    seen.push(await rested(faultless, wrongOrder));
    seen.push(await rested(faultless, otherOrder));
    expect(await rested({ ...faultless, 'Idempotency-Key': 'new' }, otherOrder)).toEqual({ status: 201, code: '' });

    expect(seen.map(({ status, code }) => `${status} ${code}`)).toEqual(told());
  });

  async function expectPending(count: number): Promise<void> {
    const pending = async () =>
      ((await request(checkout.app).get('/status')).body as { admission: { pending: number } }).admission.pending;
    while ((await pending()) !== count);
  }
});
