import { randomUUID } from 'node:crypto';

import { readableCount } from '../../../shared/command-line/index.js';
import type { Stage } from '../stage.js';

const poison = 'POISON-1';
const order = { customerId: 'mallory', currency: 'EUR', items: [{ sku: poison, quantity: 1, unitPrice: 6660 }] };

/** One purchase that a destination will never take as things are. */
export async function poisonedPurchase(stage: Stage): Promise<void> {
  const { narrator, shop, extent } = stage;
  narrator.step(
    `Finance answers 422 to one purchase (${poison})`,
    'It said no for good, so trying again is of no use: the purchase is parked, with a warning, and a person must decide. It holds the ' +
      'mark, but no other purchase.',
  );
  await stage.read();
  await shop.injectFaults('finance', { status: 422, sku: poison });
  const key = randomUUID();
  const purchase = await shop.buy(order, key);
  stage.besides.push({ key, order, purchase });
  const { sequence } = purchase;
  await stage.untilStatus('it is parked', ({ destinations }) => destinations.finance?.parked === 1);
  const before = await shop.financeSummary();
  await stage.until(
    'finance takes others',
    () => shop.financeSummary(),
    ({ purchases }) => purchases >= before.purchases + extent.purchases / 2,
  );
  const { log } = await stage.status();
  narrator.result(
    `Number ${readableCount(sequence)} is parked: the mark stands at ${readableCount(log.lowWaterMark)} while the log has grown to ` +
      `${readableCount(log.durableSequence)}. Others go on.`,
  );
  await stage.read();
  await shop.injectFaults('finance', {});
  await release(stage, sequence);
  await stage.untilStatus('the mark moves on', ({ log: { lowWaterMark } }) => lowWaterMark > log.durableSequence);
  narrator.result('Finance is mended and a person has released it (with a reason, on record): the mark has moved on.');
}

async function release({ shop }: Stage, sequence: number): Promise<void> {
  const answer = await shop.administer(`/deliveries/finance/${sequence}/retry`, { reason: 'finance is mended' });
  if (answer.status !== 200)
    throw new Error(`the retry was answered with ${answer.status}: ${JSON.stringify(answer.body)}`);
}
