import { describe, expect, it } from '@jest/globals';

import { AppendOutcomeUnknownError, AppendRefusedError } from '../../shared/wal/errors.js';
import { settled } from '../support/hand-resolved.js';
import { openMemoryLog, payloadsIn, type MemoryLog } from '../support/memory-log.js';

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
