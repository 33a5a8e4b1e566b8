import { randomBytes } from 'node:crypto';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import type { ReceiverName, ServiceName } from '../../shared/shop-client/service-names.js';
import { expectBooksToAgree } from '../support/books.js';
import { signedHeaders } from '../support/deliver.js';
import { PurchaseStream } from '../../shared/customers/purchase-stream.js';
import { anySeed, createRandom } from '../../shared/customers/random.js';
import { Shop } from '../../shared/shop-processes/shop.js';

const receivers: readonly ReceiverName[] = ['warehouse', 'finance'];
/**
 * In which order the services are given the new secret, and in which the old one is taken from them. All six orders; in either step
 * the checkout is once the first, once between the receivers, once the last.
 */
const rotations: readonly { readonly give: readonly ServiceName[]; readonly take: readonly ServiceName[] }[] = [
  { give: ['checkout', 'warehouse', 'finance'], take: ['finance', 'checkout', 'warehouse'] },
  { give: ['warehouse', 'checkout', 'finance'], take: ['finance', 'warehouse', 'checkout'] },
  { give: ['warehouse', 'finance', 'checkout'], take: ['checkout', 'finance', 'warehouse'] },
];

interface Secrets {
  readonly WEBHOOK_SECRET: string;
  readonly WEBHOOK_SECRET_PREVIOUS?: string;
}

const newSecret = () => `whsec_${randomBytes(32).toString('base64')}`;

describe('a webhook secret that is replaced while purchases flow', () => {
  let shop: Shop;
  beforeEach(async () => {
    shop = await Shop.prepare({ destinationOptions: ';delay=50;delay-max=200;circuit-delay=50;circuit-delay-max=200' });
  });
  afterEach(() => shop.close());

  const startAll = (secrets: Secrets) =>
    Promise.all([...receivers, 'checkout' as const].map((name) => shop[name].start({ ...secrets })));

  /** A counter of a receiver, since that was started. */
  const counted = async (receiver: ReceiverName, counter: string, label: string) => {
    const text = await (await fetch(`${shop[receiver].url}/metrics`)).text();
    const sample = new RegExp(`^${counter}\\{[^}]*"${label}"[^}]*\\} (\\d+)$`, 'm').exec(text);
    if (sample === null) throw new Error(`${receiver} does not count ${counter} ${label}`);
    return Number(sample[1]);
  };
  const signedWith = (receiver: ReceiverName, secret: string) => counted(receiver, 'receiver_signatures_total', secret);
  const signed = async (receiver: ReceiverName) =>
    (await signedWith(receiver, 'current')) + (await signedWith(receiver, 'previous'));

  /** Returns once both receivers have been delivered more, whatever it is signed with. */
  const untilBothHear = async () => {
    for (const receiver of receivers) {
      const before = await signed(receiver);
      await shop.waitUntil(
        `the ${receiver} is delivered to`,
        () => signed(receiver),
        (now) => now > before,
      );
    }
  };

  const expectNobodyRefused = async () => {
    for (const receiver of receivers) {
      expect(await counted(receiver, 'receiver_events_total', 'unauthenticated')).toBe(0);
      expect(await counted(receiver, 'receiver_events_total', 'rejected')).toBe(0);
    }
    const { destinations } = await shop.status();
    for (const receiver of receivers) {
      expect(destinations[receiver]).toMatchObject({ parked: 0 });
      expect(destinations[receiver]?.lastError ?? '').not.toContain('401');
    }
  };

  const restartOneByOne = async (order: readonly ServiceName[], secrets: Secrets) => {
    for (const name of order) {
      await expectNobodyRefused();
      await shop[name].kill('SIGTERM');
      await shop[name].start({ ...secrets });
      await untilBothHear();
    }
    await expectNobodyRefused();
  };

  const answerTo = async (receiver: ReceiverName, secret: string) => {
    const headers = signedHeaders('any', '{}', { secret });
    return (await fetch(`${shop[receiver].url}/events`, { method: 'POST', headers, body: '{}' })).status;
  };

  it('stops no delivery, parks nothing and applies nothing twice, whichever service is restarted first', async () => {
    let secret = newSecret();
    await startAll({ WEBHOOK_SECRET: secret });
    const stream = new PurchaseStream(shop, createRandom(anySeed()));
    let old = secret;
    for (const { give, take } of rotations) {
      old = secret;
      secret = newSecret();
      await restartOneByOne(give, { WEBHOOK_SECRET: secret, WEBHOOK_SECRET_PREVIOUS: old });

      // What the README tells people to look at before they take the old one away.
      const previous = await Promise.all(receivers.map((receiver) => signedWith(receiver, 'previous')));
      const current = await Promise.all(receivers.map((receiver) => signedWith(receiver, 'current')));
      await untilBothHear();
      for (const [at, receiver] of receivers.entries()) {
        expect(await signedWith(receiver, 'previous')).toBe(previous[at]);
        expect(await signedWith(receiver, 'current')).toBeGreaterThan(current[at]!);
      }
      await restartOneByOne(take, { WEBHOOK_SECRET: secret });
    }
    const acknowledged = await stream.stop();
    await shop.untilAllConfirmed();
    await expectBooksToAgree(shop, acknowledged);
    expect(shop.checkout.output).not.toContain('refuses us');
    for (const receiver of receivers) {
      expect(await answerTo(receiver, old)).toBe(401);
      expect(await answerTo(receiver, secret)).toBe(422);
    }
  }, 300_000);

  it('costs no purchase when the old one is taken away too early: all is kept, and said, until it is back', async () => {
    const [old, next] = [newSecret(), newSecret()];
    await startAll({ WEBHOOK_SECRET: old });
    await shop.warehouse.kill('SIGTERM');
    await shop.warehouse.start({ WEBHOOK_SECRET: next });
    const { id } = await shop.buy();
    const { destinations } = await shop.waitUntil(
      'the warehouse has refused the old secret',
      () => shop.status(),
      (status) => status.destinations.warehouse?.circuit === 'open',
    );
    expect(destinations.warehouse).toMatchObject({ parked: 0, pending: 1, lastError: expect.stringContaining('401') });
    expect(shop.checkout.output).toContain('check its URL and secrets');

    await shop.warehouse.kill('SIGTERM');
    await shop.warehouse.start({ WEBHOOK_SECRET: next, WEBHOOK_SECRET_PREVIOUS: old });
    await shop.untilAllConfirmed();
    expect(await shop.audit('warehouse')).toMatchObject([{ id }]);
    expect(await signedWith('warehouse', 'previous')).toBe(1);
  }, 120_000);
});
