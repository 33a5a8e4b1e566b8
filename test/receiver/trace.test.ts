import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { deliver } from '../support/deliver.js';
import { openReceiver, type ReceiverFixture } from '../support/receiver-fixture.js';
import { sampleEvent } from '../support/sample-event.js';
import { temporaryDirectories } from '../support/temporary-directory.js';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const traceparent = `00-${traceId}-00f067aa0ba902b7-01`;

describe('a delivery that is part of a trace', () => {
  const directory = temporaryDirectories();
  let fixture: ReceiverFixture;
  beforeEach(() => {
    fixture = openReceiver(directory());
  });
  afterEach(() => {
    fixture.close();
  });
  const logged = () => fixture.log.lines.map(({ fields }) => (fields as { traceId?: string }).traceId);

  it('is logged with it, event by event, so that what became of a request is found at each receiver', async () => {
    await deliver(fixture.app, sampleEvent(1)).set('traceparent', traceparent).expect(200);
    await deliver(fixture.app, [sampleEvent(2), sampleEvent(3)])
      .set('traceparent', traceparent)
      .expect(200);
    expect(logged()).toEqual([traceId, traceId, traceId]);
  });

  it('is taken all the same when that is none', async () => {
    await deliver(fixture.app, sampleEvent(1)).set('traceparent', 'nonsense').expect(200);
    expect(logged()).toEqual([undefined]);
  });
});
