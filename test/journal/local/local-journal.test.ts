import type { MessagePort } from 'node:worker_threads';

import { describe, expect, it } from '@jest/globals';

import { openLocalJournal, type DiskStatus } from '../../../shared/journal/index.js';
import { deferred } from '../../../shared/journal/local/deferred.js';
import type { FromAppend, FromDelivery } from '../../../shared/journal/local/link.js';
import { ProjectionStore } from '../../../shared/journal/local/projection-store.js';
import type { Sequence } from '../../../shared/journal/types.js';
import { encodeRecord } from '../../../shared/purchase/index.js';
import { nodeFiles } from '../../../shared/wal/index.js';
import { FakeDisk } from '../../support/fake-disk.js';
import { faultyLogFiles, systemError } from '../../support/faulty-log-files.js';
import { journalDatabase } from '../../support/journal-database.js';
import { settled } from '../../support/manual-clock.js';
import { ManualLogClock } from '../../support/manual-log-clock.js';
import { openTestJournal } from '../../support/open-test-journal.js';
import { confirmed } from '../../support/sample-outcome.js';
import { sampleAcceptedAt, sampleId, samplePurchase, sampleTime } from '../../support/sample-purchase.js';
import { temporaryDirectories } from '../../support/temporary-directory.js';

const newDirectory = temporaryDirectories();

async function openOnFaultyDisk(options = {}) {
  const { files, fault } = faultyLogFiles(nodeFiles);
  const test = await openTestJournal(newDirectory(), { ...options, files });
  return { ...test, fault };
}

describe('a key whose purchase is being written', () => {
  it('waits, and stands for that one purchase: a customer who clicks twice would pay twice', async () => {
    const { journal, fault, close } = await openOnFaultyDisk();
    const synced = deferred<undefined>();
    fault.syncing = synced.promise;
    const first = journal.append(samplePurchase(1, 'click'));
    const second = journal.append(samplePurchase(2, 'click'));
    const found = journal.findByKey({ key: 'click' }, sampleTime);
    expect(await journal.find(sampleId(1))).toBeUndefined();
    synced.resolve(undefined);
    expect(await first).toEqual({ status: 'appended', sequence: 1 });
    expect(await second).toEqual({
      status: 'duplicate',
      existing: { sequence: 1, record: samplePurchase(1, 'click') },
    });
    expect(await found).toEqual({ sequence: 1, record: samplePurchase(1, 'click') });
    await close();
  });

  it('is told, in words it knows, that a full disk refused it, and the key is free again', async () => {
    const disk = new FakeDisk();
    const clock = new ManualLogClock();
    const { journal, fault, close } = await openOnFaultyDisk({ disk, clock });
    fault.write = systemError('ENOSPC');
    const first = journal.append(samplePurchase(1, 'click'));
    const refused = { name: 'PurchaseRefusedError', code: 'disk-full' };
    const all = Promise.all([
      expect(first).rejects.toMatchObject(refused),
      expect(journal.append(samplePurchase(2, 'click'))).rejects.toMatchObject(refused),
      expect(journal.findByKey({ key: 'click' }, sampleTime)).rejects.toMatchObject(refused),
    ]);
    await all;
    expect(await journal.findByKey({ key: 'click' }, sampleTime)).toBeUndefined();
    expect(journal.health()).toMatchObject({ ok: false, reason: 'disk-full', detail: expect.stringContaining('full') });
    fault.write = undefined;
    clock.advance(1000);
    await settled();
    expect(journal.health()).toEqual({ ok: true });
    expect(await journal.append(samplePurchase(1, 'click'))).toEqual({ status: 'appended', sequence: 1 });
    await close();
  });
});

describe('a key whose first purchase has an unknown outcome', () => {
  const unknown = { name: 'PurchaseOutcomeUnknownError' };

  it.each([
    ['was not written', { write: systemError('EIO') }, 'appended'],
    ['was written, and its sync failed', { syncing: 'fails' as const }, 'duplicate'],
  ])('%s: all who wait hear the same, and a try after the restart makes one purchase', async (_what, fails, then) => {
    const directory = newDirectory();
    const { files, fault } = faultyLogFiles(nodeFiles);
    const first = await openTestJournal(directory, { files });
    fault.write = 'write' in fails ? fails.write : undefined;
    if ('syncing' in fails) fault.syncing = Promise.reject(systemError('EIO'));
    fault.syncing?.catch(() => undefined);
    const tries = [1, 2, 3].map((number) => first.journal.append(samplePurchase(number, 'click')));
    await Promise.all([
      ...tries.map((each) => expect(each).rejects.toMatchObject(unknown)),
      expect(first.journal.findByKey({ key: 'click' }, sampleTime)).rejects.toMatchObject(unknown),
    ]);
    // Not taken afresh, before it is known what became of the first.
    await expect(first.journal.append(samplePurchase(4, 'click'))).rejects.toMatchObject({ code: 'failed' });
    await expect(first.journal.failed).rejects.toThrow('EIO');
    await first.close();

    const second = await openTestJournal(directory);
    expect(await second.journal.append(samplePurchase(5, 'click'))).toMatchObject({ status: then });
    expect(await second.journal.purchases(0 as Sequence, 9)).toHaveLength(1);
    await second.close();
  });
});

describe('a disk that is almost full', () => {
  async function openOnSmallDisk() {
    const disk = new FakeDisk(1_000_000, 10_000_000);
    const clock = new ManualLogClock();
    const said: DiskStatus[] = [];
    const test = await openTestJournal(newDirectory(), {
      disk,
      clock,
      diskReserveBytes: 500_000,
      onDiskChanged: (status) => said.push(status),
    });
    const look = async () => {
      clock.advance(1000);
      await settled();
    };
    return { ...test, disk, look, said };
  }

  it('takes no purchase into what is kept free, and answers all else: deliveries could not be settled any more', async () => {
    const { journal, delivery, disk, look, said, close } = await openOnSmallDisk();
    const bought = samplePurchase(1, 'click');
    expect(await journal.append(bought)).toEqual({ status: 'appended', sequence: 1 });
    disk.availableBytes = 499_999;
    await look();

    await expect(journal.append(samplePurchase(2))).rejects.toMatchObject({
      name: 'PurchaseRefusedError',
      code: 'disk-reserve',
    });
    expect(await journal.append(bought)).toMatchObject({ status: 'duplicate', existing: { sequence: 1 } });
    expect(await journal.find(sampleId(1))).toMatchObject({ sequence: 1 });
    await delivery.settle('warehouse', [confirmed(1)]);
    expect((await journal.progress()).log.durableSequence).toBe(1);
    expect(journal.health()).toMatchObject({
      ok: false,
      reason: 'disk-reserve',
      detail: expect.stringContaining('kept free'),
    });
    expect(journal.disk()).toMatchObject({ state: 'reserve', refusing: true, availableBytes: 499_999 });

    disk.availableBytes = 700_000;
    await look();
    expect(journal.health()).toEqual({ ok: true });
    expect(await journal.append(samplePurchase(2))).toMatchObject({ sequence: 2 });
    expect(said.map(({ state }) => state)).toEqual(['reserve', 'room']);
    await close();
  });
});

describe('a purchase that cannot be taken', () => {
  it('is refused, not broken off, once the journal is being closed: with a key or without', async () => {
    const { journal, close } = await openTestJournal(newDirectory());
    await close();
    const closed = { name: 'PurchaseRefusedError', code: 'closed' };
    await expect(journal.append(samplePurchase(1))).rejects.toMatchObject(closed);
    await expect(journal.append(samplePurchase(2, 'click'))).rejects.toMatchObject(closed);
  });

  it('is refused beyond the bound of purchases not yet projected: memory would grow without end', async () => {
    const { journal, close } = await openTestJournal(newDirectory(), { recentMax: 2 });
    const appended = [1, 2, 3].map((number) => journal.append(samplePurchase(number)));
    await expect(appended[2]).rejects.toMatchObject({ code: 'overloaded' });
    await expect(Promise.all(appended.slice(0, 2))).resolves.toHaveLength(2);
    await close();
  });

  it('is refused under an id that is taken: the database could never hold it, nor anything behind it', async () => {
    const { journal, close } = await openTestJournal(newDirectory());
    await journal.append(samplePurchase(1));
    await expect(journal.append(samplePurchase(1))).rejects.toThrow(sampleId(1));
    await close();
  });

  it('has an unknown outcome when the disk fails under it; later ones are refused, and the process is told to end', async () => {
    const { journal, fault, close } = await openOnFaultyDisk();
    fault.write = systemError('EIO');
    await expect(journal.append(samplePurchase(1))).rejects.toMatchObject({ name: 'PurchaseOutcomeUnknownError' });
    await expect(journal.append(samplePurchase(2))).rejects.toMatchObject({
      name: 'PurchaseRefusedError',
      code: 'failed',
    });
    await expect(journal.failed).rejects.toThrow('EIO');
    expect(journal.health()).toMatchObject({ ok: false });
    await close();
  });
});

describe('a question', () => {
  it('is answered with a rejection when the database is closed, not with an exception', async () => {
    const { journal, close } = await openTestJournal(newDirectory());
    await close();
    const asked = [
      journal.find(sampleId(1)),
      journal.findByKey({ key: 'click' }, sampleTime),
      journal.purchases(0 as Sequence, 1),
      journal.deliveriesOf(1 as Sequence),
      journal.progress(),
    ];
    const answers = await Promise.allSettled(asked);
    expect(answers.map(({ status }) => status)).toEqual(asked.map(() => 'rejected'));
  });

  it('for the oldest pending purchase finds it before it is projected: a stuck projector would look like no delay', async () => {
    const { journal, delivery, close } = await openTestJournal(newDirectory());
    await delivery.close();
    await journal.append(samplePurchase(7));
    await journal.append(samplePurchase(8));
    const { destinations } = await journal.progress();
    expect(destinations.warehouse).toMatchObject({ pending: 2, oldestPendingAt: sampleAcceptedAt(7) });
    expect(await journal.purchases(1 as Sequence, 5)).toEqual([{ sequence: 2, record: samplePurchase(8) }]);
    await close();
  });
});

describe('an id that is taken', () => {
  it.each([
    ['while the first one is being written', false, 2],
    ['in the database', true, 2],
    ['in the database, behind later ones', true, 1],
  ])(
    'is refused %s: the database could not hold it, and nothing behind it would be delivered',
    async (_, reopened, taken) => {
      const directory = newDirectory();
      const first = await openTestJournal(directory);
      const appended = [1, 2].map((number) => first.journal.append(samplePurchase(number)));
      if (reopened) {
        await Promise.all(appended);
        await first.close();
      }
      const { journal, close } = reopened ? await openTestJournal(directory) : first;
      await expect(journal.append(samplePurchase(taken))).rejects.toThrow(
        `there is a purchase ${sampleId(taken)} already`,
      );
      await Promise.all(appended);
      // One that nobody has, though it sorts before others: the clock was set back.
      expect(await journal.append(samplePurchase(0))).toEqual({ status: 'appended', sequence: 3 });
      await close();
    },
  );
});

describe('a key whose purchase the database takes over', () => {
  it('is found at each moment, also by whoever began to look before: a customer who asks again would pay twice', async () => {
    const directory = newDirectory();
    const database = journalDatabase(directory);
    const none = 0 as Sequence;
    const found = deferred<unknown>();
    // A delivering half of which every step is known. Whoever sees the disk fill up looks for a key, and will again in this turn.
    const startDelivery = (port: MessagePort) => {
      const post = (message: FromDelivery) => {
        port.postMessage(message);
      };
      port.on('message', ({ type }: FromAppend) => {
        if (type === 'log-opened') {
          post({ type: 'started', lowWaterMark: none, unknownBefore: 0, outcomesForgotten: 0, destinations: [] });
        }
        if (type !== 'durable') return;
        post({ type: 'space', waits: true });
        post({ type: 'projected', sequence: 1 as Sequence });
      });
      post({ type: 'opened', expectation: { identity: undefined, durable: none, lowWaterMark: none } });
    };
    const journal = await openLocalJournal({
      ...{ directory, startDelivery },
      onDiskChanged: () => {
        setImmediate(() => {
          found.resolve(journal.findByKey({ key: 'click' }, sampleTime));
        });
        void journal.findByKey({ key: 'another' }, sampleTime);
        new ProjectionStore(database).insert({
          sequence: 1 as Sequence,
          payload: encodeRecord(samplePurchase(1, 'click')),
        });
      },
    });
    await journal.append(samplePurchase(1, 'click'));
    expect(await found.promise).toEqual({ sequence: 1, record: samplePurchase(1, 'click') });
    await journal.close();
    database.close();
  });
});
