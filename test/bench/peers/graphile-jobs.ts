/*
 * graphile-worker: for each purchase one job for each receiver, added by one call that is one transaction. Each receiver has a
 * runner, so that one that is slow does not take the other's slots. Settings are those that its documentation measures with.
 */
import { Logger, makeWorkerUtils, run, type Runner } from 'graphile-worker';
import pg from 'pg';

import { defaultOptions } from '../../../shared/outbox/index.js';
import { receivers, type ReceiverName } from '../../../shared/shop-client/index.js';
import type { Kept, Peer } from './types.js';

const connections = 20;

const logger = new Logger(() => (level: string, message) => {
  if (level === 'error') process.stderr.write(`graphile-worker: ${message}\n`);
});
const preset: GraphileConfig.Preset = {
  worker: { localQueue: { size: 500 }, completeJobBatchDelay: 0, failJobBatchDelay: 0 },
};

export const graphileJobs: Peer = {
  async openStore(address) {
    const pgPool = new pg.Pool({ connectionString: address, max: connections });
    const utils = await makeWorkerUtils({ pgPool, logger });
    await utils.migrate();
    let sequence = 0;
    return {
      async keep(record) {
        const payload: Kept = { sequence: (sequence += 1), record };
        await utils.addJobs(receivers.map((identifier) => ({ identifier, payload })));
        return payload.sequence;
      },
      async close() {
        await utils.release();
        await pgPool.end();
      },
    };
  },

  async openDelivery(address, posts) {
    const pgPool = new pg.Pool({ connectionString: address, max: connections });
    const utils = await makeWorkerUtils({ pgPool, logger });
    await utils.migrate();
    const runReceiver = (receiver: ReceiverName) =>
      run({
        ...{ pgPool, logger, preset, noHandleSignals: true, concurrency: defaultOptions.inFlightMax },
        taskList: { [receiver]: (payload) => posts.to(receiver, [payload as Kept]) },
      });
    let runners: Promise<Runner[]> = Promise.resolve([]);
    return {
      start: () => {
        runners = Promise.all(receivers.map(runReceiver));
      },
      stop: async () => {
        for (const runner of await runners) await runner.stop();
      },
      async remaining() {
        const { rows } = await pgPool.query<{ count: string }>('SELECT count(*) FROM graphile_worker.jobs');
        return Number(rows[0]?.count);
      },
      async close() {
        await utils.release();
        await pgPool.end();
      },
    };
  },
};
