import { EnvironmentError } from '../../shared/environment/index.js';
import { listen, ListenError, runService, type Running } from '../../shared/http/index.js';
import { JournalUnusableError } from '../../shared/journal/index.js';
import { createLogger } from '../../shared/telemetry/index.js';
import { composeCheckout } from './compose.js';
import { readConfig } from './config.js';
import type { DeliveryThread } from './delivery/delivery-thread.js';
import { describeChange, describeForgotten, describeRecovery, describeUnknown } from './describe-recovery.js';

const requestsDeadlineMs = 5_000;
const deliveriesDeadlineMs = 5_000;

/** Runs the checkout as this process, with a delivery thread that is loading. */
export async function runCheckout(thread: DeliveryThread): Promise<void> {
  await runService(
    'checkout',
    () => start(thread),
    (error) => [EnvironmentError, ListenError, JournalUnusableError].some((kind) => error instanceof kind),
  );
}

async function start(thread: DeliveryThread): Promise<Running> {
  const config = readConfig();
  const { host, port, logLevel: level, logFormat: format } = config;
  const log = createLogger({ name: 'checkout', level, format });
  const checkout = await composeCheckout(config, thread, log);
  const { recovery } = checkout.journal;
  log.info(describeRecovery(recovery));
  if (recovery.unknownBefore > 0) log.error({ unknownBefore: recovery.unknownBefore }, describeUnknown(recovery));
  if (recovery.outcomesForgotten > 0) {
    log.warn({ outcomesForgotten: recovery.outcomesForgotten }, describeForgotten(recovery));
  }
  for (const change of recovery.destinations) {
    // At the first start of all every destination is new, and there is nothing earlier to speak of.
    if (change.what === 'added' && recovery.durableSequence === 0) continue;
    const expected = change.what === 'added' || change.what === 'restored' || change.what === 'removed';
    log[expected ? 'info' : 'warn']({ destination: change.name }, describeChange(change));
  }
  const listening = await listen(checkout.app, { host, port, limits: config.limits });
  log.info(`listening on http://${host}:${listening.port}`);
  return {
    failed: checkout.failed,
    async stop() {
      log.info('stopping: finishing what is in flight');
      checkout.announceStop();
      await listening.stop(requestsDeadlineMs);
      await checkout.close(deliveriesDeadlineMs);
      log.info('stopped');
    },
  };
}
