/*
 * BullMQ: one queue for each receiver, and for each purchase a job in both, added by one MULTI. Each queue has a worker; what is
 * completed is removed.
 */
import { FlowProducer, Queue, Worker } from 'bullmq';

import { defaultOptions } from '../../../shared/outbox/index.js';
import { receivers, type ReceiverName } from '../../../shared/shop-client/index.js';
import type { Kept, Peer } from './types.js';

/** Without it a job has one attempt. */
const opts = { attempts: defaultOptions.attemptsMax, backoff: { type: 'exponential', delay: 500 } };

/** A worker waits for as long as it takes for Redis to come back; nothing else is allowed there. */
function connectionTo(address: string) {
  const { hostname, port } = new URL(address);
  return { host: hostname, port: Number(port), maxRetriesPerRequest: null };
}

export const bullmqQueues: Peer = {
  async openStore(address) {
    const producer = new FlowProducer({ connection: connectionTo(address) });
    await producer.waitUntilReady();
    let sequence = 0;
    return {
      async keep(record) {
        const data: Kept = { sequence: (sequence += 1), record };
        await producer.addBulk(receivers.map((queueName) => ({ name: 'purchase', queueName, data, opts })));
        return data.sequence;
      },
      close: () => producer.close(),
    };
  },

  async openDelivery(address, posts) {
    const connection = connectionTo(address);
    const openWorker = (receiver: ReceiverName) =>
      new Worker<Kept>(receiver, ({ data }) => posts.to(receiver, [data]), {
        ...{ connection, autorun: false, concurrency: defaultOptions.inFlightMax },
        removeOnComplete: { count: 0 },
      });
    const workers = receivers.map(openWorker);
    const queues = receivers.map((name) => new Queue(name, { connection }));
    for (const worker of workers) {
      worker.on('error', (error) => process.stderr.write(`bullmq: ${String(error)}\n`));
      worker.on('failed', (_job, error) => process.stderr.write(`bullmq: ${String(error)}\n`));
    }
    await Promise.all([...workers, ...queues].map((each) => each.waitUntilReady()));
    let running: Promise<void>[] = [];
    return {
      start: () => {
        running = workers.map((worker) => worker.run());
      },
      stop: async () => {
        await Promise.all(workers.map((worker) => worker.close()));
        await Promise.all(running);
      },
      async remaining() {
        const counts = await Promise.all(queues.map((queue) => queue.getJobCountByTypes()));
        return counts.reduce((sum, count) => sum + count, 0);
      },
      close: async () => {
        await Promise.all(queues.map((queue) => queue.close()));
      },
    };
  },
};
