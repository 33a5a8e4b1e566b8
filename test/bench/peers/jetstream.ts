/*
 * NATS JetStream: one stream in files with one message for each purchase, and a durable consumer for each receiver. A message goes
 * once both have acknowledged it.
 */
import {
  AckPolicy,
  jetstream,
  jetstreamManager,
  RetentionPolicy,
  StorageType,
  type Consumer,
  type ConsumerMessages,
  type JsMsg,
} from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';

import { decodeRecord, encodeRecord } from '../../../shared/purchase/index.js';
import { receivers, type ReceiverName } from '../../../shared/shop-client/index.js';
import { Pages } from './pages.js';
import type { Kept, Peer, PeerDelivery, Posts } from './types.js';

const subject = 'purchases';
const pageSize = 100;
const pagesAtATime = 2;
const fetchMs = 1_000;
const retryMs = 500;

/** Both consumers must be there before the first message: one that nobody is interested in is not kept. */
async function open(address: string) {
  const connection = await connect({ servers: address });
  const manager = await jetstreamManager(connection);
  const { Interest } = RetentionPolicy;
  await manager.streams.add({ name: subject, subjects: [subject], storage: StorageType.File, retention: Interest });
  for (const name of receivers) {
    await manager.consumers.add(subject, { durable_name: name, ack_policy: AckPolicy.Explicit });
  }
  return { connection, manager };
}

const asKept = (message: JsMsg): Kept => ({ sequence: message.seq, record: decodeRecord(Buffer.from(message.data)) });

export const jetstreamStream: Peer = {
  async openStore(address) {
    const { connection } = await open(address);
    const client = jetstream(connection);
    return {
      keep: async (record) => (await client.publish(subject, encodeRecord(record))).seq,
      close: () => connection.close(),
    };
  },

  async openDelivery(address, posts, together) {
    const { connection, manager } = await open(address);
    const client = jetstream(connection);
    const lane = async (receiver: ReceiverName) => {
      const consumer = await client.consumers.get(subject, receiver);
      return together === 1 ? oneByOne(consumer, receiver, posts) : byPages(consumer, receiver, posts);
    };
    const lanes = await Promise.all(receivers.map(lane));
    return {
      start: () => {
        for (const each of lanes) each.start();
      },
      stop: async () => {
        await Promise.all(lanes.map((each) => each.stop()));
        await connection.flush();
      },
      async remaining() {
        const infos = await Promise.all(receivers.map((name) => manager.consumers.info(subject, name)));
        return infos.reduce((sum, info) => sum + info.num_pending + info.num_ack_pending, 0);
      },
      close: () => connection.drain(),
    };
  },
};

type Lane = Pick<PeerDelivery, 'start' | 'stop'>;

/** As many as a lane of the checkout has in its window. */
const windowMax = 512;

function oneByOne(consumer: Consumer, receiver: ReceiverName, posts: Posts): Lane {
  const underWay = new Set<Promise<void>>();
  let messages: ConsumerMessages | undefined;
  let loop: Promise<void> | undefined;
  const deliver = (message: JsMsg) =>
    posts.to(receiver, [asKept(message)]).then(
      () => {
        message.ack();
      },
      (error: unknown) => {
        process.stderr.write(`jetstream: ${String(error)}\n`);
        message.nak(retryMs);
      },
    );
  const consume = async () => {
    messages = await consumer.consume({ max_messages: windowMax });
    for await (const message of messages) {
      const delivering = deliver(message).finally(() => underWay.delete(delivering));
      underWay.add(delivering);
    }
  };
  return {
    start: () => {
      loop = consume();
    },
    stop: async () => {
      await messages?.close();
      await loop;
      await Promise.all(underWay);
    },
  };
}

function byPages(consumer: Consumer, receiver: ReceiverName, posts: Posts): Lane {
  return new Pages(pagesAtATime, async () => {
    const page: JsMsg[] = [];
    for await (const message of await consumer.fetch({ max_messages: pageSize, expires: fetchMs })) page.push(message);
    if (page.length === 0) return false;
    try {
      await posts.to(receiver, page.map(asKept));
    } catch (error) {
      for (const message of page) message.nak(retryMs);
      throw error;
    }
    for (const message of page) message.ack();
    return true;
  });
}
