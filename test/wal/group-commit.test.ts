import { describe, expect, it } from '@jest/globals';

import { AppendOutcomeUnknownError, AppendRefusedError } from '../../shared/wal/errors.js';
import { frameBytes, payloadBytesMax } from '../../shared/wal/frame.js';
import type { CommittedBatch, Sequence } from '../../shared/wal/types.js';
import { settled } from '../support/hand-resolved.js';
import { ManualLogClock } from '../support/manual-log-clock.js';
import { SimulatedDisk } from '../support/simulated-disk.js';
import { openMemoryLog, payloadsIn, segmentPath, type MemoryLog } from '../support/memory-log.js';

const minute = 60_000;

function text(value: string): Buffer {
  return Buffer.from(value);
}

/** What became of an append, without waiting for it. */
function watch(append: Promise<number>): { outcome: string } {
  const watched = { outcome: 'waiting' };
  append.then(
    (sequence) => (watched.outcome = `sequence ${sequence}`),
    (error: unknown) =>
      (watched.outcome =
        error instanceof AppendOutcomeUnknownError || error instanceof AppendRefusedError
          ? error.code
          : `unexpected ${String(error)}`),
  );
  return watched;
}

/** Writes to the segments since the log was opened. */
function writesAndSyncs({ files }: MemoryLog, since: number): string[] {
  return files.calls
    .slice(since)
    .filter(({ name }) => ['write', 'datasync', 'syncDirectory', 'rename', 'truncate'].includes(name))
    .map(({ name }) => name);
}

describe('an append is acknowledged only when it is durable (W1)', () => {
  it('a purchase acknowledged before its sync returned would be lost with the power', async () => {
    const opened = await openMemoryLog();
    const sync = opened.files.holdNext('datasync');
    const append = watch(opened.log.append(text('a')));
    await sync.reached;
    await settled();
    expect(append.outcome).toBe('waiting');
    expect(opened.log.durableSequence).toBe(0);
    sync.release();
    await settled();
    expect(append.outcome).toBe('sequence 1');
    expect(opened.log.durableSequence).toBe(1);
  });

  it('a second write during a sync would let a power cut keep the later purchase and lose the earlier', async () => {
    const opened = await openMemoryLog();
    const since = opened.files.calls.length;
    const sync = opened.files.holdNext('datasync');
    const first = watch(opened.log.append(text('first')));
    await sync.reached;
    const second = watch(opened.log.append(text('second')));
    const third = watch(opened.log.append(text('third')));
    await settled();
    expect(writesAndSyncs(opened, since)).toEqual(['write', 'datasync']);
    sync.release();
    await settled();
    expect([first.outcome, second.outcome, third.outcome]).toEqual(['sequence 1', 'sequence 2', 'sequence 3']);
    expect(writesAndSyncs(opened, since)).toEqual(['write', 'datasync', 'write', 'datasync']);
  });

  it('customers of the same instant would each wait for a sync of their own', async () => {
    const opened = await openMemoryLog();
    const since = opened.files.calls.length;
    const sequences = await Promise.all(Array.from({ length: 100 }, (_, n) => opened.log.append(text(`entry ${n}`))));
    expect(sequences).toEqual(Array.from({ length: 100 }, (_, n) => n + 1));
    expect(writesAndSyncs(opened, since)).toEqual(['write', 'datasync']);
  });

  it('a lone customer would wait for a timer that nobody else needs', async () => {
    const opened = await openMemoryLog();
    const tasks = opened.clock.scheduled;
    await opened.log.append(text('alone'));
    expect(tasks).toBe(0);
    expect(opened.log.durableSequence).toBe(1);
  });

  it('a short write would be acknowledged with half of its bytes', async () => {
    const opened = await openMemoryLog();
    opened.files.failNext('write', 'short-write');
    await expect(opened.log.append(text('a payload that takes two writes'))).resolves.toBe(1);
    await opened.log.close();
    const again = await openMemoryLog({ disk: opened.disk });
    expect(await payloadsIn(again)).toEqual(['a payload that takes two writes']);
  });

  it('a payload changed by its owner after the call would be stored changed', async () => {
    const opened = await openMemoryLog();
    const payload = text('as it was');
    const append = opened.log.append(payload);
    payload.fill('x');
    await append;
    expect(await payloadsIn(opened)).toEqual(['as it was']);
  });

  it('whoever follows the log would hear of an entry later than the customer', async () => {
    const order: string[] = [];
    const { log } = await openMemoryLog({ onDurable: (sequence) => order.push(`durable ${sequence}`) });
    await log.append(text('a')).then(() => order.push('acknowledged'));
    expect(order).toEqual(['durable 1', 'acknowledged']);
  });

  it('a listener that throws would leave customers without an answer', async () => {
    const bug = new Error('a bug of the listener');
    const failures: unknown[] = [];
    const { log } = await openMemoryLog({
      onDurable: () => {
        throw bug;
      },
      onFailed: (cause) => failures.push(cause),
    });
    await expect(log.append(text('a'))).resolves.toBe(1);
    await expect(log.append(text('b'))).rejects.toMatchObject({ code: 'log-failed' });
    expect(failures).toEqual([bug]);
    await log.close();
  });
});

describe('a failed write or sync fails the log for good (W7)', () => {
  it('a purchase whose sync failed would be refused although it may come back', async () => {
    const failures: unknown[] = [];
    const opened = await openMemoryLog({ onFailed: (cause) => failures.push(cause) });
    opened.files.failNext('datasync', { code: 'EIO' });
    const inFlight = watch(opened.log.append(text('in flight')));
    await settled();
    expect(inFlight.outcome).toBe('outcome-unknown');
    expect(failures).toHaveLength(1);
  });

  it('a sync tried again would report success for bytes that the kernel has dropped', async () => {
    const opened = await openMemoryLog();
    const sync = opened.files.holdNext('datasync');
    const inFlight = watch(opened.log.append(text('in flight')));
    await sync.reached;
    const behind = watch(opened.log.append(text('behind')));
    sync.fail(Object.assign(new Error('EIO'), { code: 'EIO' }));
    await settled();
    const since = opened.files.calls.length;
    const later = watch(opened.log.append(text('later')));
    await settled();
    expect([inFlight.outcome, behind.outcome, later.outcome]).toEqual(['outcome-unknown', 'log-failed', 'log-failed']);
    await opened.log.close();
    expect(writesAndSyncs(opened, since)).toEqual([]);
    expect(opened.files.openPaths).toEqual([]);
  });

  it('appends that waited while a segment could not be made would be written to a log that has failed', async () => {
    const failures: unknown[] = [];
    const opened = await openMemoryLog({ onFailed: (cause) => failures.push(cause), segmentAgeMs: minute });
    await opened.log.append(text('old'));
    const sync = opened.files.holdNext('syncDirectory');
    opened.clock.advance(minute);
    await sync.reached;
    const waiting = watch(opened.log.append(text('waiting')));
    const since = opened.files.calls.length;
    sync.fail(Object.assign(new Error('EIO'), { code: 'EIO' }));
    await settled();
    expect(waiting.outcome).toBe('log-failed');
    expect(writesAndSyncs(opened, since)).toEqual([]);
    expect(failures).toHaveLength(1);
    await opened.log.close();
    const again = await openMemoryLog({ disk: opened.disk });
    expect(await payloadsIn(again)).toEqual(['old']);
  });

  it('a service whose log failed while a segment was due would never come to its end', async () => {
    const opened = await openMemoryLog({ segmentAgeMs: minute });
    await opened.log.append(text('old'));
    const sync = opened.files.holdNext('datasync');
    const append = watch(opened.log.append(text('in flight')));
    await sync.reached;
    opened.clock.advance(minute);
    sync.fail(Object.assign(new Error('EIO'), { code: 'EIO' }));
    await settled();
    let closed = false;
    void opened.log.close().then(() => (closed = true));
    await settled();
    expect(append.outcome).toBe('outcome-unknown');
    expect(closed).toBe(true);
    expect(opened.files.openPaths).toEqual([]);
  });
});

describe('a full disk is no failure (W8)', () => {
  it('a full disk would keep the log trying to make a segment, thousands of times in a second', async () => {
    const opened = await openMemoryLog({ segmentAgeMs: minute });
    await opened.log.append(text('old'));
    opened.files.onCall = ({ name, path }) =>
      name === 'write' && path.endsWith('.new') ? { code: 'ENOSPC' } : undefined;
    const since = opened.files.calls.length;
    opened.clock.advance(minute);
    await settled();
    opened.clock.advance(0);
    await settled();
    expect(opened.files.calls.slice(since).filter(({ name }) => name === 'open')).toHaveLength(1);
    expect(opened.clock.scheduled).toBe(1);
    opened.files.onCall = () => undefined;
    opened.clock.advance(1000);
    await settled();
    expect(opened.log.stats().segments).toBe(2);
  });

  it('a purchase would be refused for want of a new segment while the old one has room', async () => {
    const opened = await openMemoryLog({ segmentAgeMs: minute });
    await opened.log.append(text('old'));
    opened.files.onCall = ({ name, path }) =>
      name === 'write' && path.endsWith('.new') ? { code: 'ENOSPC' } : undefined;
    opened.clock.advance(minute);
    await expect(opened.log.append(text('new'))).resolves.toBe(2);
    expect(opened.log.stats().segments).toBe(1);
  });
});

describe('a full disk at a purchase (W8)', () => {
  it('a refused purchase would come back, or those that follow would get its place twice', async () => {
    const opened = await openMemoryLog();
    await opened.log.append(text('before'));
    const size = opened.log.stats().bytes;
    const write = opened.files.holdNext('write');
    const inFlight = watch(opened.log.append(text('in flight')));
    await write.reached;
    const behind = watch(opened.log.append(text('behind')));
    write.fail(Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' }));
    await settled();
    expect([inFlight.outcome, behind.outcome]).toEqual(['disk-full', 'disk-full']);
    expect(opened.log.stats()).toMatchObject({ bytes: size, durableSequence: 1 });
    await expect(opened.log.append(text('after'))).resolves.toBe(2);
    expect(await payloadsIn(opened)).toEqual(['before', 'after']);
    await opened.log.close();
    expect(await payloadsIn(await openMemoryLog({ disk: opened.disk }))).toEqual(['before', 'after']);
  });

  it('purchases would be refused although there is space again, or accepted while there is none', async () => {
    const opened = await openMemoryLog({ segmentBytes: 100 });
    const failures: unknown[] = [];
    let full = false;
    opened.files.onCall = ({ name }) => (full && name === 'write' ? { code: 'ENOSPC', written: 0.5 } : undefined);
    const accepted: string[] = [];
    for (let n = 0; n < 40; n += 1) {
      full = n % 4 > 1;
      const outcome = await opened.log.append(text(`entry ${n}`)).catch((error: unknown) => error);
      if (full) expect(outcome).toMatchObject({ code: 'disk-full' });
      else expect(accepted.push(`entry ${n}`)).toBe(outcome);
    }
    expect(failures).toEqual([]);
    expect(await payloadsIn(opened)).toEqual(accepted);
    await opened.log.close();
    expect(opened.files.openPaths).toEqual([]);
  });

  it('a purchase would be refused before its bytes are safely gone, and be there after a power cut', async () => {
    const opened = await openMemoryLog();
    opened.files.failNext('write', { code: 'ENOSPC', written: 0.9 });
    const sync = opened.files.holdNext('datasync');
    const append = watch(opened.log.append(text('refused')));
    await sync.reached;
    await settled();
    expect(append.outcome).toBe('waiting');
    sync.release();
    await settled();
    expect(append.outcome).toBe('disk-full');
  });

  it('a purchase that could not be taken back would be called refused', async () => {
    for (const name of ['truncate', 'datasync'] as const) {
      const failures: unknown[] = [];
      const opened = await openMemoryLog({ onFailed: (cause) => failures.push(cause) });
      opened.files.failNext('write', { code: 'ENOSPC', written: 0.5 });
      opened.files.failNext(name, { code: 'EIO' });
      const append = watch(opened.log.append(text('in doubt')));
      await settled();
      expect(append.outcome).toBe('outcome-unknown');
      expect(failures).toHaveLength(1);
    }
  });

  it('an appender that waits would hold its share of the memory after it was refused', async () => {
    const opened = await openMemoryLog({ pendingBytesMax: 100 });
    for (let n = 0; n < 10; n += 1) {
      opened.files.failNext('write', { code: 'ENOSPC' });
      await expect(opened.log.append(text('x'.repeat(60)))).rejects.toMatchObject({ code: 'disk-full' });
    }
    await expect(opened.log.append(text('x'.repeat(60)))).resolves.toBe(1);
  });
});

describe('how batches form', () => {
  /** Sizes of the writes to segments, one for each batch. */
  async function batchesOf(payloads: readonly string[], batchBytesMax: number): Promise<number> {
    const opened = await openMemoryLog({ batchBytesMax });
    const before = opened.files.calls.length;
    await Promise.all(payloads.map((payload) => opened.log.append(text(payload))));
    expect(await payloadsIn(opened)).toEqual(payloads);
    return opened.files.calls.slice(before).filter(({ name }) => name === 'write').length;
  }

  it('one write would carry more than was set, or each entry cost a sync of its own', async () => {
    const payloads = Array.from({ length: 10 }, (_, n) => `entry ${n}`);
    expect(await batchesOf(payloads, 32 * 10)).toBe(1);
    expect(await batchesOf(payloads, 32 * 5)).toBe(2);
    expect(await batchesOf(payloads, 32 * 3 + 31)).toBe(4);
    expect(await batchesOf(payloads, 1)).toBe(10);
  });

  it('a batch would be longer than a torn tail may be, whatever was set', async () => {
    const payloads = [1, 2, 3, 4].map((n) => String(n).repeat(400_000));
    expect(await batchesOf(payloads, 64 * 1024 * 1024)).toBe(2);
  });

  it('memory would grow without bound while the disk is slow', async () => {
    const opened = await openMemoryLog({ pendingBytesMax: 10 * 32 });
    const sync = opened.files.holdNext('datasync');
    const first = watch(opened.log.append(text('1')));
    await sync.reached;
    const others = Array.from({ length: 12 }, () => watch(opened.log.append(text('n'))));
    await settled();
    // What is in flight counts.
    expect(others.filter(({ outcome }) => outcome === 'overloaded')).toHaveLength(3);
    sync.release();
    await settled();
    expect(first.outcome).toBe('sequence 1');
    expect(others[8]?.outcome).toBe('sequence 10');
    await expect(opened.log.append(text('n'))).resolves.toBe(11);
  });

  it('an entry that no reader takes would be written, or fail the log', async () => {
    const { log } = await openMemoryLog({ pendingBytesMax: 4 * payloadBytesMax });
    for (const bytes of [0, payloadBytesMax + 1]) {
      await expect(log.append(Buffer.alloc(bytes))).rejects.toMatchObject({ code: 'payload-size' });
    }
    await expect(log.append(Buffer.alloc(payloadBytesMax))).resolves.toBe(1);
  });

  it('an append on the heels of another would wait for the next one to wake it', async () => {
    const { log } = await openMemoryLog();
    const order: number[] = [];
    const chain = async (left: number): Promise<void> => {
      if (left === 0) return;
      order.push(await log.append(text('n')));
      await chain(left - 1);
    };
    await Promise.all([chain(20), chain(20), chain(20)]);
    expect(order).toHaveLength(60);
    expect(new Set(order).size).toBe(60);
    expect(log.durableSequence).toBe(60);
  });
});

describe('rolling (W5)', () => {
  it('a purchase would go into a segment that a power cut takes away', async () => {
    const opened = await openMemoryLog({ segmentBytes: 1 });
    await opened.log.append(text('old'));
    const sync = opened.files.holdNext('syncDirectory');
    const append = watch(opened.log.append(text('new')));
    await sync.reached;
    const writes = () => opened.files.callsOf('write').filter((call) => call === `write ${segmentPath(2)}`);
    await settled();
    expect([append.outcome, writes()]).toEqual(['waiting', []]);
    sync.release();
    await settled();
    expect(append.outcome).toBe('sequence 2');
    expect(writes()).toHaveLength(1);
    const kept = await openMemoryLog({ disk: new SimulatedDisk(opened.disk.imageAfterPowerCut()) });
    expect(await payloadsIn(kept)).toEqual(['old', 'new']);
  });

  it('a segment would grow beyond its size, or a large batch never be written', async () => {
    const rolled: number[] = [];
    const opened = await openMemoryLog({ segmentBytes: 64 + 3 * 32, onRolled: (first) => rolled.push(first) });
    for (let n = 1; n <= 7; n += 1) await opened.log.append(text(`${n}`));
    expect(rolled).toEqual([4, 7]);
    await Promise.all(Array.from({ length: 9 }, () => opened.log.append(text('in one batch'))));
    await opened.log.append(text('after it'));
    expect(rolled).toEqual([4, 7, 8, 17]);
    expect(opened.files.openPaths).toEqual([segmentPath(17)]);
  });

  it('old segments of a quiet shop could never be pruned', async () => {
    const opened = await openMemoryLog({ segmentAgeMs: minute });
    opened.clock.advance(10 * minute);
    await settled();
    expect(opened.log.stats().segments).toBe(1);
    await opened.log.append(text('the first of the day'));
    // The segment is older than that: it counts from its making.
    opened.clock.advance(0);
    await settled();
    expect(opened.log.stats()).toMatchObject({ segments: 2, durableSequence: 1 });
    opened.clock.advance(10 * minute);
    await settled();
    expect(opened.log.stats().segments).toBe(2);
    await opened.log.close();
    expect(opened.files.openPaths).toEqual([]);
  });

  it('a segment would start its age anew with each restart', async () => {
    const opened = await openMemoryLog({ segmentAgeMs: minute });
    await opened.log.append(text('old'));
    opened.clock.advance(minute / 2);
    await opened.log.close();
    const again = await openMemoryLog({ disk: opened.disk, clock: opened.clock, segmentAgeMs: minute });
    again.clock.advance(minute / 2);
    await settled();
    expect(again.log.stats().segments).toBe(2);
  });

  it('a clock that was set back would keep a segment for years', async () => {
    const opened = await openMemoryLog({ segmentAgeMs: minute });
    await opened.log.append(text('old'));
    await opened.log.close();
    const clock = new ManualLogClock(opened.clock.now() - 1000 * 24 * 60 * minute);
    const again = await openMemoryLog({ disk: opened.disk, clock, segmentAgeMs: minute });
    clock.advance(minute);
    await settled();
    expect(again.log.stats().segments).toBe(2);
  });

  it('a log that is closed while a segment comes of age would leave a file open, or a purchase unanswered', async () => {
    const opened = await openMemoryLog({ segmentAgeMs: minute });
    await opened.log.append(text('old'));
    const sync = opened.files.holdNext('syncDirectory');
    opened.clock.advance(minute);
    await sync.reached;
    const append = watch(opened.log.append(text('meanwhile')));
    const closed = opened.log.close();
    sync.release();
    await closed;
    expect(append.outcome).toBe('sequence 2');
    expect(opened.files.openPaths).toEqual([]);
    expect(opened.clock.scheduled).toBe(0);
    expect(await payloadsIn(await openMemoryLog({ disk: opened.disk }))).toEqual(['old', 'meanwhile']);
  });

  it('a listener that throws at a roll would leave the old segment open', async () => {
    const failures: unknown[] = [];
    const opened = await openMemoryLog({
      segmentBytes: 1,
      onRolled: () => {
        throw new Error('a bug of the listener');
      },
      onFailed: (cause) => failures.push(cause),
    });
    await opened.log.append(text('old'));
    await expect(opened.log.append(text('new'))).rejects.toMatchObject({ code: 'outcome-unknown' });
    await opened.log.close();
    expect(failures).toHaveLength(1);
    expect(opened.files.openPaths).toEqual([]);
    expect(await payloadsIn(await openMemoryLog({ disk: opened.disk }))).toEqual(['old']);
  });
});

describe('what fails, or comes of age, at an unlucky moment', () => {
  const oldAge = { segmentAgeMs: minute };

  it('a purchase that is on disk would never be acknowledged, because the write of the next one failed', async () => {
    const opened = await openMemoryLog();
    const sync = opened.files.holdNext('datasync');
    const first = watch(opened.log.append(text('first')));
    await sync.reached;
    const second = watch(opened.log.append(text('second')));
    opened.files.failNext('write', { code: 'EIO', written: 0.5 });
    sync.release();
    await settled();
    expect([first.outcome, second.outcome]).toEqual(['sequence 1', 'outcome-unknown']);
  });

  it('a write that failed would be taken for one on a full disk, and be tried again', async () => {
    const failures: unknown[] = [];
    const opened = await openMemoryLog({ onFailed: (cause) => failures.push(cause) });
    opened.files.failNext('write', { code: 'EIO' });
    const since = opened.files.calls.length;
    await expect(opened.log.append(text('a'))).rejects.toBeInstanceOf(AppendOutcomeUnknownError);
    await expect(opened.log.append(text('b'))).rejects.toMatchObject({ code: 'log-failed' });
    expect(failures).toHaveLength(1);
    expect(writesAndSyncs(opened, since)).toEqual(['write']);
  });

  it('a segment that comes of age would be replaced after the log has failed, and a sync succeed again', async () => {
    for (const comesOfAge of ['during the sync', 'after it'] as const) {
      const opened = await openMemoryLog(oldAge);
      await opened.log.append(text('old'));
      const sync = opened.files.holdNext('datasync');
      const append = watch(opened.log.append(text('in flight')));
      await sync.reached;
      const since = opened.files.calls.length;
      if (comesOfAge === 'during the sync') opened.clock.advance(minute);
      sync.fail(Object.assign(new Error('EIO'), { code: 'EIO' }));
      await settled();
      if (comesOfAge === 'after it') opened.clock.advance(minute);
      await settled();
      expect(append.outcome).toBe('outcome-unknown');
      expect(writesAndSyncs(opened, since)).toEqual([]);
    }
  });

  it('only the first segment of a quiet shop would come of age', async () => {
    const opened = await openMemoryLog(oldAge);
    for (const segments of [2, 3, 4]) {
      await opened.log.append(text('one'));
      opened.clock.advance(minute);
      await settled();
      expect(opened.log.stats().segments).toBe(segments);
    }
  });

  it('the age of a segment that is full would be counted on for its successor, and fail the log', async () => {
    const opened = await openMemoryLog({ ...oldAge, segmentBytes: 1 });
    await opened.log.append(text('old'));
    opened.clock.advance(minute / 2);
    // The new segment stays without an entry.
    opened.files.failNext('write', { code: 'ENOSPC' }, '.wal');
    await expect(opened.log.append(text('refused'))).rejects.toMatchObject({ code: 'disk-full' });
    expect(opened.log.stats().segments).toBe(2);
    opened.clock.advance(minute / 2);
    await settled();
    await expect(opened.log.append(text('new'))).resolves.toBe(2);
    expect(opened.log.stats().segments).toBe(2);
  });

  it('a segment that comes of age while it is being replaced would be replaced twice', async () => {
    const opened = await openMemoryLog({ ...oldAge, segmentBytes: 100 });
    await opened.log.append(text('x'.repeat(40)));
    const rename = opened.files.holdNext('rename');
    const append = watch(opened.log.append(text('new')));
    await rename.reached;
    opened.clock.advance(minute);
    rename.release();
    await settled();
    expect(append.outcome).toBe('sequence 2');
    expect(opened.log.stats().segments).toBe(2);
  });

  it('a constant stream of purchases would keep a segment from coming of age', async () => {
    const opened = await openMemoryLog(oldAge);
    await opened.log.append(text('old'));
    const sync = opened.files.holdNext('datasync');
    const appends = [watch(opened.log.append(text('in flight')))];
    await sync.reached;
    appends.push(watch(opened.log.append(text('waits'))));
    opened.clock.advance(minute);
    sync.release();
    await settled();
    expect(appends.map(({ outcome }) => outcome)).toEqual(['sequence 2', 'sequence 3']);
    expect([...opened.disk.image().keys()]).toEqual([segmentPath(1), segmentPath(3)]);
  });

  it('a purchase that waits would be encoded over one that is being written', async () => {
    const opened = await openMemoryLog();
    await Promise.all(['a', 'b'].map((payload) => opened.log.append(text(payload))));
    const write = opened.files.holdNext('write');
    const first = watch(opened.log.append(text('first')));
    await write.reached;
    const second = watch(opened.log.append(text('second')));
    write.release();
    await settled();
    expect([first.outcome, second.outcome]).toEqual(['sequence 3', 'sequence 4']);
    expect(await payloadsIn(opened)).toEqual(['a', 'b', 'first', 'second']);
  });
});

describe('what a batch took is told', () => {
  it('a disk that has become slow would be seen by nobody', async () => {
    const committed: CommittedBatch[] = [];
    const opened = await openMemoryLog({ onCommitted: (batch) => committed.push(batch) });
    const write = opened.files.holdNext('write');
    const appends = Promise.all([opened.log.append(text('a')), opened.log.append(text('bb'))]);
    await write.reached;
    opened.clock.advance(3);
    const sync = opened.files.holdNext('datasync');
    write.release();
    await sync.reached;
    opened.clock.advance(20);
    expect(committed).toEqual([]);
    sync.release();
    await appends;
    const bytes = frameBytes(1) + frameBytes(2);
    expect(committed).toEqual([{ entries: 2, bytes, writeMs: 3, syncMs: 20 }]);
  });

  it('a sync would look slow for the time the next segment took to make', async () => {
    const committed: CommittedBatch[] = [];
    const opened = await openMemoryLog({ segmentBytes: 200, onCommitted: (batch) => committed.push(batch) });
    await opened.log.append(Buffer.alloc(150));
    const rename = opened.files.holdNext('rename');
    const append = opened.log.append(Buffer.alloc(150));
    await rename.reached;
    opened.clock.advance(1000);
    rename.release();
    await append;
    expect(opened.log.stats().segments).toBe(2);
    expect(committed.map(({ writeMs, syncMs }) => [writeMs, syncMs])).toEqual([
      [0, 0],
      [0, 0],
    ]);
  });

  it('a batch that was refused or is in doubt would count as one that is durable', async () => {
    const committed: CommittedBatch[] = [];
    const opened = await openMemoryLog({ onCommitted: (batch) => committed.push(batch) });
    opened.files.failNext('write', { code: 'ENOSPC' });
    await expect(opened.log.append(text('a'))).rejects.toThrow(AppendRefusedError);
    opened.files.failNext('datasync', { code: 'EIO' });
    await expect(opened.log.append(text('b'))).rejects.toThrow(AppendOutcomeUnknownError);
    expect(committed).toEqual([]);
  });
});

describe('what waits can be seen', () => {
  it('nobody would know that customers queue, nor that the queue is gone', async () => {
    const opened = await openMemoryLog();
    const pending = () => {
      const { pendingEntries, pendingBytes } = opened.log.stats();
      return [pendingEntries, pendingBytes];
    };
    expect(pending()).toEqual([0, 0]);
    const sync = opened.files.holdNext('datasync');
    const first = opened.log.append(text('a'));
    expect(pending()).toEqual([1, frameBytes(1)]);
    await sync.reached;
    expect(pending()).toEqual([1, frameBytes(1)]);
    const others = [opened.log.append(text('b')), opened.log.append(text('c'))];
    expect(pending()).toEqual([3, 3 * frameBytes(1)]);
    sync.release();
    await Promise.all([first, ...others]);
    expect(pending()).toEqual([0, 0]);
    opened.files.failNext('datasync', { code: 'EIO' });
    await expect(opened.log.append(text('d'))).rejects.toThrow(AppendOutcomeUnknownError);
    expect(pending()).toEqual([0, 0]);
  });

  it('a log that grows because nothing is pruned would look like one that is busy', async () => {
    const opened = await openMemoryLog({ segmentBytes: 200 });
    for (let entry = 0; entry < 4; entry += 1) await opened.log.append(Buffer.alloc(150));
    expect(opened.log.stats()).toMatchObject({ segments: 4, rolledSegments: 3, prunedSegments: 0 });
    opened.log.pruned(3 as Sequence);
    opened.log.pruned(3 as Sequence);
    expect(opened.log.stats()).toMatchObject({ segments: 2, rolledSegments: 3, prunedSegments: 2 });
  });
});
