/*
 * pg-boss: one queue for each receiver, and for each purchase a job in both, written by one statement. A worker fetches pages of
 * jobs, posts them, and completes them.
 */
import PgBoss from 'pg-boss';

import { defaultOptions } from '../../../shared/outbox/index.js';
import { receivers, type ReceiverName } from '../../../shared/shop-client/index.js';
import { Pages } from './pages.js';
import type { Kept, Peer } from './types.js';

const connections = 20;
const pageSize = 100;
const pagesAtATime = 2;

async function open(address: string): Promise<PgBoss> {
  // Expiring, archiving and cron jobs would run beside what is measured.
  const boss = new PgBoss({ connectionString: address, max: connections, supervise: false, schedule: false });
  boss.on('error', (error) => process.stderr.write(`pg-boss: ${String(error)}\n`));
  await boss.start();
  // Without it a job is tried again twice, at once.
  const retries = { retryLimit: defaultOptions.attemptsMax, retryDelay: 1, retryBackoff: true };
  for (const name of receivers) await boss.createQueue(name, { name, ...retries });
  return boss;
}

export const pgBossQueues: Peer = {
  async openStore(address) {
    const boss = await open(address);
    let sequence = 0;
    return {
      async keep(record) {
        const data: Kept = { sequence: (sequence += 1), record };
        // `publish` would write them apart, and not tell if one failed: the purchase could be kept for one receiver only.
        await boss.insert(receivers.map((name) => ({ name, data })));
        return data.sequence;
      },
      close: () => boss.stop({ graceful: false }),
    };
  },

  async openDelivery(address, posts) {
    const boss = await open(address);
    const pagesOf = (receiver: ReceiverName) =>
      new Pages(pagesAtATime, async () => {
        const jobs = await boss.fetch<Kept>(receiver, { batchSize: pageSize, priority: false });
        if (jobs.length === 0) return false;
        const ids = jobs.map(({ id }) => id);
        try {
          await posts.to(
            receiver,
            jobs.map(({ data }) => data),
          );
        } catch (error) {
          await boss.fail(receiver, ids);
          throw error;
        }
        await boss.complete(receiver, ids);
        return true;
      });
    const lanes = receivers.map(pagesOf);
    return {
      start: () => {
        for (const lane of lanes) lane.start();
      },
      stop: async () => {
        await Promise.all(lanes.map((lane) => lane.stop()));
      },
      async remaining() {
        // All that are not completed yet: those that are being worked on are counted as well.
        const sizes = await Promise.all(receivers.map((name) => boss.getQueueSize(name, { before: 'completed' })));
        return sizes.reduce((sum, size) => sum + size, 0);
      },
      close: () => boss.stop({ graceful: false }),
    };
  },
};
