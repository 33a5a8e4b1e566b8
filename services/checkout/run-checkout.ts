import { EnvironmentError } from '../../shared/environment/index.js';
import { listen, ListenError, runService, type Running } from '../../shared/http/index.js';
import { JournalUnusableError, type JournalRecovery } from '../../shared/journal/index.js';
import { createLogger } from '../../shared/telemetry/index.js';
import { composeCheckout } from './compose.js';
import { readConfig } from './config.js';
import type { DeliveryThread } from './delivery/delivery-thread.js';

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
  if (recovery.unknownBefore > 0) {
    log.error(
      `the database is new, and the log begins with entry ${recovery.firstSequence}: the ${recovery.unknownBefore} before it ` +
        'were confirmed and pruned, and cannot be looked up any more',
    );
  }
  const listening = await listen(checkout.app, { host, port });
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

/** What the log held, in one line. */
function describeRecovery(recovery: JournalRecovery): string {
  const { segments, firstSequence, durableSequence, tornBytes, tornFile, lowWaterMark, replayed, durationMs } =
    recovery;
  const entries = durableSequence - firstSequence + 1;
  const range = entries > 0 ? ` (${firstSequence} to ${durableSequence})` : '';
  const torn = tornFile === undefined ? `${tornBytes} torn bytes` : `${tornBytes} torn bytes kept in ${tornFile}`;
  return (
    `recovered in ${durationMs} ms: ${plural(segments, 'segment')}, ${plural(entries, 'entry', 'entries')}${range}, ` +
    `${torn}, low-water mark ${lowWaterMark}, ${replayed} to deliver`
  );
}

function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
