import { EnvironmentError } from '../../shared/environment/index.js';
import { describeStop, ListenError, runService, ServicePort, type Running } from '../../shared/http/index.js';
import { JournalUnusableError } from '../../shared/journal/index.js';
import { createLogger } from '../../shared/telemetry/index.js';
import { observeRequests } from '../../shared/telemetry/metrics.js';
import { composeCheckout } from './compose.js';
import { readConfig } from './config.js';
import type { DeliveryThread } from './delivery/delivery-thread.js';
import { describeChange, describeForgotten, describeRecovery, describeUnknown } from './describe-recovery.js';

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
  const { host, logLevel: level, logFormat: format } = config;
  const log = createLogger({ name: 'checkout', level, format });
  if (config.exposure !== undefined) log.warn(config.exposure);
  const observer = observeRequests(log);
  const port = await ServicePort.open({ ...config, log, observer });
  const checkout = await composeCheckout(config, thread, log, () => {
    port.waitsFor('disk-full', 'The disk is full: the checkout starts by itself when there is space.');
  });
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
  observer.show(checkout.metrics);
  port.serve(checkout.app);
  log.info(`listening on http://${host}:${port.port}`);
  return {
    failed: checkout.failed,
    fail: () => {
      const health = checkout.readiness();
      return health.ready
        ? port.fail('failed', 'A thread of the checkout has failed.')
        : port.fail(health.reason, health.detail);
    },
    async stop(hurry) {
      log.info(describeStop(config.shutdownDelayMs));
      await port.stop(hurry);
      await checkout.close(deliveriesDeadlineMs);
      log.info('stopped');
    },
  };
}
