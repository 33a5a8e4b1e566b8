/*
 * Batches over HTTP to the receiver that warehouse and finance are made of.
 */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { listen, type Listening } from '../../shared/http/index.js';
import { withDefaults } from '../../shared/outbox/default-options.js';
import { createDispatcher } from '../../shared/outbox/dispatcher.js';
import { HttpTransport } from '../../shared/outbox/http-transport.js';
import { systemClock } from '../../shared/outbox/system-clock.js';
import type { Dispatcher } from '../../shared/outbox/operation.js';
import type { Entry, Sequence } from '../../shared/outbox/types.js';
import { secret } from '../support/deliver.js';
import { MemoryJournal, MemoryStore } from '../support/memory-journal.js';
import { openReceiver, type ReceiverFixture } from '../support/receiver-fixture.js';
import { RecordingLog } from '../support/recording-log.js';
import { sampleEvent, sampleId } from '../support/sample-event.js';
import { temporaryDirectories } from '../support/temporary-directory.js';
import { waitUntil } from '../../shared/shop-client/wait-until.js';

const bad = 7;

/** Entries that are events, one of which no receiver can take. */
class StoreOfEvents extends MemoryStore {
  override entry(number: number): Entry {
    const event = sampleEvent(number, number === bad ? { currency: 'no such currency' } : {});
    return {
      sequence: number as Sequence,
      id: sampleId(number),
      key: 'alice',
      body: Buffer.from(JSON.stringify(event)),
    };
  }
}

describe('a receiver that is sent batches', () => {
  const directory = temporaryDirectories();
  let receiver: ReceiverFixture;
  let server: Listening;
  let requests: number;
  let store: StoreOfEvents;
  let dispatcher: Dispatcher;

  beforeEach(async () => {
    receiver = openReceiver(directory());
    requests = 0;
    server = await listen(
      (request, response) => {
        requests += 1;
        receiver.app(request, response);
      },
      { host: '127.0.0.1', port: 0 },
    );
    const url = `http://127.0.0.1:${server.port}/events`;
    store = new StoreOfEvents();
    dispatcher = createDispatcher({
      journal: new MemoryJournal(store),
      destinations: [withDefaults({ name: 'warehouse', url, secrets: [secret], batchMax: 100 })],
      transportFor: (options) => new HttpTransport(options, systemClock),
      clock: systemClock,
      random: Math.random,
      log: new RecordingLog(),
    });
  });
  afterEach(async () => {
    await dispatcher.stop(1_000);
    await server.stop(1_000);
    receiver.close();
  });

  const untilAllHaveAnOutcome = () =>
    waitUntil(
      'every entry has an outcome',
      () => Promise.resolve(store.lane('warehouse').cursor),
      (cursor) => cursor === store.count,
    );

  it('has all but the bad one, which waits for a person: one bad purchase must not keep its neighbours', async () => {
    store.append(20);
    await dispatcher.start();
    await untilAllHaveAnOutcome();
    expect(requests).toBe(1);
    expect(store.states('warehouse')).toEqual({ confirmed: 19, parked: 1 });
    expect(store.outcome('warehouse', bad)).toMatchObject({
      state: 'parked',
      attempts: 1,
      error: expect.stringMatching(/^422 .*currency/),
    });
    const others = Array.from({ length: 20 }, (_, index) => index + 1).filter((number) => number !== bad);
    expect(receiver.applied()).toEqual(others.map(sampleId));
  });

  it('gets a lone purchase at once, as a single event', async () => {
    store.append(1);
    await dispatcher.start();
    await untilAllHaveAnOutcome();
    expect(requests).toBe(1);
    expect(receiver.applied()).toEqual([sampleId(1)]);
  });
});
