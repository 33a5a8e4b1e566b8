import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { DatabaseUnusableError } from '../../shared/sqlite/index.js';
import { deliver } from '../support/deliver.js';
import { openReceiver, type ReceiverFixture } from '../support/receiver-fixture.js';
import { sampleEvent, sampleId } from '../support/sample-event.js';
import { temporaryDirectories } from '../support/temporary-directory.js';
import { waitUntil } from '../../shared/shop-client/wait-until.js';

class StorageError extends Error {
  readonly code = 'SQLITE_IOERR_FSYNC';
}

describe('a receiver', () => {
  const directory = temporaryDirectories();
  let fixture: ReceiverFixture;

  beforeEach(() => {
    fixture = openReceiver(directory());
  });
  afterEach(() => {
    fixture.close();
  });

  it('turns deliveries away while the disk is full, and takes them again when there is space', async () => {
    const batch = Array.from({ length: 500 }, (_, n) => sampleEvent(n + 1));
    const pages = fixture.database.pragma('page_count', { simple: true }) as number;
    fixture.database.pragma(`max_page_count = ${pages}`);
    const first = await deliver(fixture.app, batch).expect(503);
    expect(first.body).toMatchObject({ type: 'urn:problem-type:not-ready' });
    expect(fixture.receiver.readiness()).toMatchObject({ ready: false });

    const answer = await deliver(fixture.app, sampleEvent(501)).expect(503);
    expect(answer.body).toMatchObject({ type: 'urn:problem-type:not-ready' });
    expect(answer.headers['retry-after']).toBe('5');
    expect(fixture.applied()).toEqual([]);

    fixture.database.pragma(`max_page_count = ${pages + 1000}`);
    await untilReady(fixture);
    expect(fixture.applied()).toHaveLength(500);
    const again = await deliver(fixture.app, batch.slice(0, 1)).expect(200);
    expect(again.body).toEqual({ results: [{ id: sampleId(1), status: 'duplicate' }] });
    await deliver(fixture.app, sampleEvent(501)).expect(200);
    const said = fixture.log.lines.filter(({ level }) => level === 'warn').map(({ message }) => message);
    expect(said).toEqual([expect.stringContaining('full'), expect.stringContaining('space again')]);
  });

  it('says that it has failed when the database has, or it would go on with books it cannot trust', async () => {
    fixture.close();
    fixture = openReceiver(directory(), {
      effect: () => {
        throw new StorageError('disk I/O error');
      },
    });
    await deliver(fixture.app, sampleEvent(1)).expect(500);
    await expect(fixture.receiver.failed).rejects.toThrow('disk I/O error');
  });

  it('says that a person must look when the file itself is damaged, or it would be started anew for ever', async () => {
    fixture.close();
    fixture = openReceiver(directory(), {
      effect: () => {
        throw Object.assign(new Error('database disk image is malformed'), { code: 'SQLITE_CORRUPT' });
      },
    });
    await deliver(fixture.app, sampleEvent(1)).expect(500);
    await expect(fixture.receiver.failed).rejects.toThrow(DatabaseUnusableError);
    await expect(fixture.receiver.failed).rejects.toThrow(fixture.database.name);
  });

  it('keeps what it said it kept when it is closed and opened again', async () => {
    const path = directory();
    fixture.close();
    fixture = openReceiver(path);
    await deliver(fixture.app, sampleEvent(1)).expect(200);
    fixture.close();
    fixture = openReceiver(path);
    expect(fixture.applied()).toEqual([sampleId(1)]);
  });

  it('takes any of several secrets, or a secret could not be replaced while deliveries go on', async () => {
    const next = `whsec_${Buffer.from('the secret of the year to come').toString('base64')}`;
    fixture.close();
    fixture = openReceiver(directory(), { webhookSecrets: [next] });
    await deliver(fixture.app, sampleEvent(1)).expect(401);
    await deliver(fixture.app, sampleEvent(1), { secret: next }).expect(200);
  });
});

async function untilReady(fixture: ReceiverFixture): Promise<void> {
  await waitUntil(
    'the receiver is ready',
    () => Promise.resolve(fixture.receiver.readiness().ready),
    (ready) => ready,
  );
}
