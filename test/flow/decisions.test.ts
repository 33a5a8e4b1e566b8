import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { openPickyDestination, type PickyDestination } from '../support/picky-destination.js';
import { Shop } from '../../shared/shop-processes/shop.js';
import { anOrder } from '../../shared/shop-client/shop-client.js';

const welcome = anOrder;
const unwelcome = { ...anOrder, customerId: 'mallory' };
const refusal = '422 Unprocessable Entity: this customer is not welcome';

interface Decision {
  readonly number: number;
  readonly what: string;
  readonly destination: string;
  readonly sequence?: number;
  readonly why?: string;
  readonly before?: string;
}

describe('what people decide about purchases that a destination refused', () => {
  let picky: PickyDestination;
  let shop: Shop;
  beforeEach(async () => {
    picky = await openPickyDestination('mallory');
    shop = await Shop.open({ moreDestinations: [`picky=${picky.url}`] });
  });
  afterEach(async () => {
    await shop.close();
    await picky.close();
  });

  /** Asks for it, and kills the checkout the moment it has answered. */
  const decideAndKill = async (path: string, body?: object) => {
    const answer = await shop.administer<object>(path, body);
    await shop.checkout.killAndRestart();
    expect(answer.status).toBe(200);
    return answer.body;
  };

  const decisions = async () =>
    (await shop.look<{ decisions: Decision[] }>('/decisions')).decisions.map(
      ({ number, what, sequence, why }) => `${number} ${what} ${sequence ?? '-'}: ${why ?? '-'}`,
    );
  const parked = async () =>
    (
      await shop.look<{ deliveries: { sequence: number }[] }>('/deliveries?state=parked&destination=picky')
    ).deliveries.map(({ sequence }) => sequence);
  const untilParked = (sequences: number[], attempts: number) =>
    shop.waitUntil(
      `${String(sequences)} are parked after ${attempts} attempts`,
      async () => ({ parked: await parked(), first: await shop.look<{ attempts: number }>('/deliveries/picky/2') }),
      (seen) => String(seen.parked) === String(sequences) && seen.first.attempts >= attempts,
    );
  const markReason = async () => (await shop.status()).log.markReason;

  it('is on record when it is answered, whatever is killed then, and /status says in words what is still to decide', async () => {
    for (const order of [welcome, unwelcome, welcome, unwelcome, unwelcome, welcome]) await shop.buy(order);
    await untilParked([2, 4, 5], 1);
    await shop.waitUntil('only what is parked holds the mark', markReason, (words) =>
      words.startsWith('held at 1: picky'),
    );
    expect(await markReason()).toBe(`held at 1: picky parked 2, ${refusal}`);
    expect(await shop.look('/deliveries/picky/4')).toMatchObject({
      ...{ state: 'parked', attempts: 1, lastError: refusal, decisions: [] },
      purchase: { sequence: 4, customerId: 'mallory', total: 2500, currency: 'GBP' },
    });

    await decideAndKill('/deliveries/picky/2/retry', { reason: 'she apologised' });
    expect(await decisions()).toEqual(['1 retry 2: she apologised']);
    await untilParked([2, 4, 5], 2);

    await decideAndKill('/destinations/picky/pause', { reason: 'they make up their mind' });
    expect(await decideAndKill('/deliveries/picky/retry', { reason: 'they will have her' })).toMatchObject({
      retried: 3,
    });
    expect(await markReason()).toMatch(/^held at 1: picky is paused, 2 is not confirmed after \d attempts, 422 /);
    await decideAndKill('/deliveries/picky/5/discard', { reason: 'known fraud, case 17' });
    picky.relent();
    await decideAndKill('/destinations/picky/resume');

    const { log } = await shop.untilAllConfirmed();
    expect(log).toMatchObject({
      lowWaterMark: 6,
      markReason: 'everything up to 6 is confirmed everywhere, or was discarded',
    });
    expect(await decisions()).toEqual([
      '1 retry 2: she apologised',
      '2 pause -: they make up their mind',
      '3 retry 2: they will have her',
      '4 retry 4: they will have her',
      '5 retry 5: they will have her',
      '6 discard 5: known fraud, case 17',
      '7 resume -: -',
    ]);
    expect(await shop.look('/deliveries/picky/5')).toMatchObject({
      ...{ state: 'discarded', reason: 'known fraud, case 17' },
      decisions: [
        { number: 5, what: 'retry', before: `parked after 1 attempt: ${refusal}` },
        { number: 6, what: 'discard', before: `retrying after 1 attempt: ${refusal}` },
      ],
    });
  });

  it('is refused in words that say what to do, and then is not on record', async () => {
    await shop.administer('/destinations/picky/pause');
    await shop.buy(welcome);
    await shop.waitUntil('the others have it', markReason, (words) => words.startsWith('held at 0: picky is paused'));
    const refused = async (path: string, reason: string) => {
      const { status, body } = await shop.administer<{ detail: string }>(path, { reason });
      return `${status} ${body.detail}`;
    };
    expect(await refused('/deliveries/picky/1/discard', 'no')).toMatch(/^409 It is still to be delivered/);
    expect(await refused('/deliveries/picky/2/retry', 'no')).toMatch(/^404 There is no purchase 2/);
    expect(await refused('/deliveries/warehouse/1/retry', 'no')).toMatch(/^409 Only a parked delivery/);
    expect(await decisions()).toEqual(['1 pause -: -']);
  });
});
