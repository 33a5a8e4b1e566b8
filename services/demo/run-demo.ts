import { AcknowledgedPurchases, auditShop } from '../../shared/audit/index.js';
import { createPaint, type LiveStream } from '../../shared/command-line/index.js';
import { createPace, createRandom, PurchaseStream, type Acknowledged } from '../../shared/customers/index.js';
import { receivers, type ReceiverName } from '../../shared/shop-client/index.js';
import type { Shop } from '../../shared/shop-processes/index.js';
import { again, card, isWell, type Outcome } from './card.js';
import { inFull, inShort } from './extent.js';
import { Narrator } from './narrator.js';
import { openDemoShop } from './open-demo-shop.js';
import type { DemoCommand } from './parse-command.js';
import { picture } from './picture.js';
import { Stage } from './stage.js';
import { cutConnections } from './steps/cut-connections.js';
import { financeDown } from './steps/finance-down.js';
import { killCheckout } from './steps/kill-checkout.js';
import { poisonedPurchase } from './steps/poisoned-purchase.js';
import { sell } from './steps/sell.js';
import { warehouseBusy } from './steps/warehouse-busy.js';
import { Watch } from './watch.js';

const customers = 4;
const perSecond = 60;

/** In the order of the story: the kill of finance comes before what its counter of repeats is needed for. */
const steps = [sell, killCheckout, financeDown, warehouseBusy, cutConnections, poisonedPurchase];

export interface DemoSurroundings {
  readonly stream: LiveStream;
  readonly colour: boolean;
  readonly interrupted: AbortSignal;
}

/**
 * Plays the demonstration and prints it; resolves with whether the books agree. Nothing is left running or on disk, however
 * it ends.
 *
 * @throws what a step met, the interruption too
 */
export async function runDemo(command: DemoCommand, surroundings: DemoSurroundings): Promise<boolean> {
  const { stream, colour, interrupted } = surroundings;
  const paint = createPaint(colour);
  const extent = command.fast ? inShort : inFull;
  const narrator = new Narrator(stream, paint, extent.plainLineMs);
  const startedAt = performance.now();
  narrator.plain('Starting the checkout, the warehouse and finance …');
  const shop = await openDemoShop();
  try {
    interrupted.throwIfAborted();
    narrator.plain(
      ...receiversAndCheckout(shop),
      `Look yourself: curl ${shop.checkout.url}/status`,
      'Ctrl-C ends it, and leaves nothing behind.',
      paint.aside(`The same again: ${again(command)}`),
    );
    const sales = new PurchaseStream(shop, createRandom(command.seed), customers, createPace(perSecond));
    const stage = new Stage({ shop, sales, narrator, extent, signal: interrupted });
    const watch = new Watch(shop, (sight) => {
      narrator.live(picture(sight));
    });
    for (const step of steps) {
      await step(stage);
      await stage.read();
    }
    const acknowledged = [...(await sales.stop()), ...stage.besides];
    await stage.untilStatus('everything is confirmed', ({ log }) => log.lowWaterMark === log.durableSequence);
    await watch.stop();
    narrator.end();
    const outcome = await outcomeOf(stage, acknowledged, { ...command, elapsedMs: performance.now() - startedAt });
    narrator.plain(card(outcome, paint));
    return isWell(outcome);
  } finally {
    narrator.end();
    await shop.close();
  }
}

async function outcomeOf(
  { shop, recoveries }: Stage,
  acknowledged: readonly Acknowledged[],
  rest: Pick<Outcome, 'seed' | 'fast' | 'elapsedMs'>,
): Promise<Outcome> {
  const told = new AcknowledgedPurchases();
  for (const { purchase } of acknowledged) told.add(purchase);
  const repeats = async (receiver: ReceiverName) => shop.received(receiver, 'duplicate');
  return {
    acknowledged,
    report: await auditShop(shop, { acknowledged: told }),
    repeats: { warehouse: await repeats('warehouse'), finance: await repeats('finance') },
    ...{ recoveries, seed: rest.seed, fast: rest.fast, elapsedMs: rest.elapsedMs },
  };
}

function receiversAndCheckout(shop: Shop): string[] {
  return (['checkout', ...receivers] as const).map((name) => `   ${name.padEnd(10)} ${shop[name].url}`);
}
