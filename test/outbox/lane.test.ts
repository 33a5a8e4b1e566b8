import { describe, expect, it } from '@jest/globals';

import type { Answer, Sequence } from '../../shared/outbox/types.js';
import { benchOf, destination } from '../support/dispatcher-fixture.js';
import { settled } from '../support/manual-clock.js';
import { MemoryStore } from '../support/memory-journal.js';
import { each, hang, none, ok, type ScriptedTransport, status } from '../support/scripted-transport.js';

const NAME = 'warehouse';
const unread: Answer = { kind: 'none', detail: 'not {"results":[…]}', unread: true };

/** Answers everything that is under way, and what follows from it, until nothing is. */
async function answerAll(transport: ScriptedTransport): Promise<void> {
  transport.script = each(() => ok);
  while (transport.open.length > 0) transport.open[0]!.answer(ok);
  await settled();
  await settled();
}

describe('the bounds of a lane', () => {
  it('reads no more than a window while nothing has an outcome, whatever the backlog', async () => {
    const { dispatcher, store, journal, transport, clock } = benchOf([destination(NAME, { windowMax: 20 })]);
    transport(NAME).script = hang;
    store.append(100_000);
    await dispatcher.start();
    await clock.advance(60_000);
    expect(journal.readsTotal).toBe(20);
    expect(dispatcher.status()[NAME]).toMatchObject({ held: 20 });
  });

  it('holds a bounded number of entries through a long outage with a backlog of 100,000', async () => {
    const bound = 64;
    const { dispatcher, store, journal, transport, clock } = benchOf([
      destination(NAME, { windowMax: 32, retryingMax: bound }),
    ]);
    transport(NAME).script = each(() => none());
    store.append(100_000);
    await dispatcher.start();
    for (let minute = 0; minute < 5; minute += 1) {
      await clock.advance(60_000);
      expect(dispatcher.status()[NAME]?.held).toBeLessThanOrEqual(bound);
    }
    expect(journal.readsTotal).toBeLessThanOrEqual(bound);
    expect(clock.pending).toBeLessThanOrEqual(bound + 1);
    expect(store.states(NAME).parked).toBeUndefined();

    transport(NAME).script = each(() => ok);
    await clock.advanceUntil(() => store.mark(NAME) === 100_000, 60_000);
    expect(dispatcher.status()[NAME]).toMatchObject({ circuit: 'closed' });
  });

  it('frees a place only when the outcome is durable', async () => {
    const { dispatcher, store, journal } = benchOf([destination(NAME, { windowMax: 4 })]);
    const release: (() => void)[] = [];
    journal.beforeSettle = () => new Promise((resolve) => release.push(resolve));
    store.append(100);
    await dispatcher.start();
    await settled();
    expect(journal.readsTotal).toBe(4);
    expect(dispatcher.status()[NAME]).toMatchObject({ inFlight: 0, held: 4 });
    // The first settle has what came first; the others gathered behind it.
    while (journal.readsTotal === 4) {
      release.shift()?.();
      await settled();
    }
    expect(journal.readsTotal).toBeLessThanOrEqual(8);
  });

  it('lets entries pass one that hangs, but not without end: what the engine must remember is bounded too', async () => {
    const { dispatcher, store, transport } = benchOf([destination(NAME, { windowMax: 4 })]);
    transport(NAME).script = ([entry]) => (entry?.sequence === 1 ? undefined : [ok]);
    store.append(10_000);
    await dispatcher.start();
    for (let turn = 0; turn < 30; turn += 1) await settled();
    expect(store.recordedAbove(NAME).length).toBeGreaterThan(4 * 16);
    expect(store.recordedAboveMost).toBeLessThanOrEqual(4 * 33);
    await answerAll(transport(NAME));
    for (let turn = 0; turn < 2_000 && store.mark(NAME) < 10_000; turn += 1) await settled();
    expect(store.mark(NAME)).toBe(10_000);
  });

  it('reads in parts worth a read, not one entry at a time', async () => {
    const { dispatcher, store, journal, transport } = benchOf([
      destination(NAME, { windowMax: 100, inFlightMax: 100 }),
    ]);
    const limits: number[] = [];
    const read = journal.read.bind(journal);
    journal.read = (after, limit) => {
      limits.push(limit);
      return read(after, limit);
    };
    transport(NAME).script = hang;
    store.append(1_000);
    await dispatcher.start();
    await settled();
    for (let answered = 0; answered < 200; answered += 1) {
      transport(NAME).open[0]?.answer(ok);
      await settled();
    }
    expect(Math.min(...limits)).toBeGreaterThanOrEqual(25);
  });

  it('takes new entries when they come, and asks for none while there are none', async () => {
    const { dispatcher, store, journal } = benchOf([destination(NAME)]);
    let reads = 0;
    journal.beforeRead = () => {
      reads += 1;
      return Promise.resolve();
    };
    await dispatcher.start();
    await settled();
    await settled();
    const idle = reads;
    for (let turn = 0; turn < 10; turn += 1) await settled();
    expect(reads).toBe(idle);
    store.append(1);
    await settled();
    expect(store.mark(NAME)).toBe(1);
  });

  it('misses no entry that comes while it is reading', async () => {
    const { dispatcher, store, journal } = benchOf([destination(NAME)]);
    let appended = 0;
    const read = journal.read.bind(journal);
    journal.read = async (after, limit) => {
      const entries = await read(after, limit);
      // Comes after the read has looked and before the lane has heard of it.
      if (appended < 20) {
        appended += 1;
        store.append(1);
      }
      return entries;
    };
    await dispatcher.start();
    for (let turn = 0; turn < 30; turn += 1) await settled();
    expect(store.mark(NAME)).toBe(20);
  });
});

describe('the order of outcomes', () => {
  it('moves the cursor over what is recorded without a gap, in whatever order answers come', async () => {
    const { dispatcher, store, transport } = benchOf([destination(NAME)]);
    transport(NAME).script = hang;
    store.append(5);
    await dispatcher.start();
    await settled();
    const marks: number[] = [];
    for (const sequence of [5, 3, 1, 2, 4]) {
      transport(NAME)
        .open.find(({ entries }) => entries[0]?.sequence === sequence)!
        .answer(ok);
      await settled();
      marks.push(store.mark(NAME));
    }
    expect(marks).toEqual([0, 0, 1, 3, 5]);
  });

  it('lets a retrying entry hold the mark and not the others', async () => {
    const { dispatcher, store, transport, clock } = benchOf([destination(NAME)]);
    transport(NAME).script = each((sequence) => (sequence === 2 ? status(503) : ok));
    store.append(100);
    await dispatcher.start();
    await settled();
    expect(store.states(NAME)).toEqual({ confirmed: 99, retrying: 1 });
    expect(store.lane(NAME).cursor).toBe(100);
    expect(store.mark(NAME)).toBe(1);
    transport(NAME).script = each(() => ok);
    await clock.advance(250);
    expect(store.mark(NAME)).toBe(100);
  });

  it('parks a poisoned entry after a set number of attempts while others flow', async () => {
    const { dispatcher, store, transport, clock } = benchOf([destination(NAME, { attemptsMax: 5 })]);
    transport(NAME).script = each((sequence) => (sequence === 3 ? status(500, 'boom') : ok));
    store.append(10);
    await dispatcher.start();
    for (let second = 0; second < 120; second += 1) {
      store.append(1);
      await clock.advance(1_000);
    }
    expect(store.outcome(NAME, 3)).toMatchObject({
      state: 'parked',
      attemptsCounted: 5,
      // More than six were made: those with no success of others since the one before do not count.
      error: expect.stringMatching(/^gave up after \d+ attempts: 500 Internal Server Error: boom$/),
    });
    expect(store.states(NAME)).toEqual({ confirmed: 129, parked: 1 });
  });

  it('never parks the single entry that waits through an outage', async () => {
    const { dispatcher, store, transport, clock } = benchOf([destination(NAME, { attemptsMax: 2 })]);
    store.append(10);
    await dispatcher.start();
    await settled();
    transport(NAME).script = each(() => status(503));
    store.append(1);
    await clock.advance(3_600_000);
    expect(store.outcome(NAME, 11)).toMatchObject({ state: 'retrying', attemptsCounted: 0 });
    expect(transport(NAME).sent.length).toBeGreaterThan(100);
    transport(NAME).script = each(() => ok);
    await clock.advance(10_000);
    expect(store.mark(NAME)).toBe(11);
  });

  it('says once that an outage began and once that it ended, though hundreds of entries fail', async () => {
    const { dispatcher, store, transport, clock, log } = benchOf([destination(NAME)]);
    transport(NAME).script = each(() => status(503, 'closed'));
    store.append(800);
    await dispatcher.start();
    await clock.advance(3_600_000);
    expect(store.states(NAME).retrying).toBeGreaterThan(500);
    expect(log.levels()).toEqual(['warn']);
    transport(NAME).script = each(() => ok);
    await clock.advanceUntil(() => store.mark(NAME) === 800, 120_000);
    expect(log.levels()).toEqual(['warn', 'info']);
  });

  it('keeps every entry when the address or the secret is wrong, and says so once', async () => {
    const { dispatcher, store, transport, clock, log } = benchOf([destination(NAME)]);
    transport(NAME).script = each(() => status(401));
    store.append(1_000);
    await dispatcher.start();
    await clock.advance(600_000);
    expect(log.levels()).toEqual(['error']);
    expect(store.states(NAME)).toEqual({ retrying: store.lane(NAME).outcomes.size });
    transport(NAME).script = each(() => ok);
    await clock.advanceUntil(() => store.mark(NAME) === 1_000, 120_000);
    expect(log.levels()).toEqual(['error', 'info']);
  });
});

describe('a restart', () => {
  it('sends again only what was in flight, and nothing that is on record', async () => {
    const store = new MemoryStore();
    const first = benchOf([destination(NAME)], { store });
    first.transport(NAME).script = ([entry]) => ([3, 7].includes(entry!.sequence) ? undefined : [ok]);
    store.append(10);
    await first.dispatcher.start();
    await settled();
    first.journal.kill();

    const second = benchOf([destination(NAME)], { store });
    await second.dispatcher.start();
    await settled();
    expect(second.transport(NAME).sent).toEqual([3, 7]);
    expect(store.mark(NAME)).toBe(10);
    expect(store.confirmedAgain).toBe(0);
  });

  it('lets one destination see nothing twice because another was down', async () => {
    const store = new MemoryStore();
    const names = [destination('warehouse'), destination('finance')];
    const first = benchOf(names, { store });
    first.transport('finance').script = each(() => none());
    store.append(200);
    await first.dispatcher.start();
    await first.clock.advance(10_000);
    first.journal.kill();

    const second = benchOf(names, { store, clock: first.clock });
    await second.dispatcher.start();
    await second.clock.advanceUntil(() => store.mark('finance') === 200, 120_000);
    expect(second.transport('warehouse').sent).toEqual([]);
    expect(new Set(second.transport('finance').sent).size).toBe(200);
  });

  it('takes up what was to be tried again, at its time and with its attempts', async () => {
    const store = new MemoryStore();
    const first = benchOf([destination(NAME)], { store });
    first.transport(NAME).script = each(() => status(503, '', 20_000));
    store.append(1);
    await first.dispatcher.start();
    await settled();
    first.journal.kill();
    expect(store.outcome(NAME, 1)).toMatchObject({ state: 'retrying', attempts: 1 });

    const second = benchOf([destination(NAME)], { store, clock: first.clock });
    await second.dispatcher.start();
    await second.clock.advance(19_999);
    expect(second.transport(NAME).sent).toEqual([]);
    await second.clock.advance(1);
    expect(second.transport(NAME).sent).toEqual([1]);
    expect(store.outcome(NAME, 1)).toMatchObject({ state: 'confirmed', attempts: 2 });
  });

  it('reads nothing until there is room when it finds more to retry than it may hold', async () => {
    const store = new MemoryStore();
    const first = benchOf([destination(NAME, { inFlightMax: 50, circuitFailuresMax: 100 })], { store });
    first.transport(NAME).script = each(() => status(503, '', 20_000));
    store.append(50);
    await first.dispatcher.start();
    await settled();
    first.journal.kill();
    store.append(50);

    const second = benchOf([destination(NAME, { retryingMax: 10 })], { store, clock: first.clock });
    await second.dispatcher.start();
    await second.clock.advance(19_999);
    expect(second.journal.readsTotal).toBe(0);
    await second.clock.advanceUntil(() => store.mark(NAME) === 100, 60_000);
  });

  it('confirms in the journal before it forgets: killed between settle and hearing of it, nothing is sent twice', async () => {
    const store = new MemoryStore();
    const first = benchOf([destination(NAME)], { store });
    first.journal.afterSettle = () => {
      first.journal.kill();
      return Promise.resolve();
    };
    store.append(1);
    await first.dispatcher.start();
    await settled();
    const second = benchOf([destination(NAME)], { store });
    await second.dispatcher.start();
    await settled();
    expect(second.transport(NAME).sent).toEqual([]);
    expect(store.outcome(NAME, 1)?.state).toBe('confirmed');
  });
});

describe('a lane that can ask what its destination has', () => {
  const verifyUrl = 'http://warehouse.test/held/{id}';

  /** Stores what it is sent and loses every answer; says what it has. */
  function forgetful(transport: ScriptedTransport) {
    const stored: number[] = [];
    transport.script = (entries) => {
      stored.push(...entries.map(({ sequence }) => sequence));
      return entries.map(() => none('other side closed'));
    };
    transport.onHolds = ({ sequence }) => Promise.resolve({ status: stored.includes(sequence) ? 'held' : 'not-held' });
    return stored;
  }

  it.each([1, 10])('sends nothing twice to one whose every answer is lost, in batches of %i', async (batchMax) => {
    const { dispatcher, store, transport, clock } = benchOf([destination(NAME, { verifyUrl, batchMax })]);
    const stored = forgetful(transport(NAME));
    store.append(100);
    await dispatcher.start();
    await clock.advanceUntil(() => store.mark(NAME) === 100, 3_600_000);
    expect(stored.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, index) => index + 1));
    const { counts } = dispatcher.status()[NAME]!;
    expect(counts).toMatchObject({ attempts: 100, confirmed: 100, repeatsSaved: 100, parked: 0 });
    expect(counts.repeats).toEqual({ restart: 0, other: 0 });
  });

  it('asks after a crash about what may have been in flight, and about nothing that was accepted since', async () => {
    const store = new MemoryStore();
    const options = { verifyUrl, windowMax: 8, retryingMax: 64 };
    const first = benchOf([destination(NAME, options)], { store });
    first.transport(NAME).script = (entries) =>
      entries[0]!.sequence === (2 as Sequence) ? [status(503, '', 1_000)] : undefined;
    store.append(20);
    await first.dispatcher.start();
    await settled();
    // 1 and 3 to 8 are in flight, 2 is to be tried again, the others have not been read.
    expect(first.transport(NAME).sent).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    first.journal.kill();

    const second = benchOf([destination(NAME, options)], { store, clock: first.clock });
    const arrived = [1, 2, 5];
    second.transport(NAME).onHolds = ({ sequence }) =>
      Promise.resolve({ status: arrived.includes(sequence) ? 'held' : 'not-held' });
    store.append(5);
    await second.dispatcher.start();
    await second.clock.advanceUntil(() => store.mark(NAME) === 25, 60_000);
    // A window of them, 9 for good measure: what was in flight is on no record.
    expect(second.transport(NAME).asked.toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    const others = Array.from({ length: 25 }, (_, index) => index + 1).filter((number) => !arrived.includes(number));
    expect(second.transport(NAME).sent.toSorted((a, b) => a - b)).toEqual(others);
    expect(second.dispatcher.status()[NAME]?.counts).toMatchObject({ repeatsSaved: 3, confirmed: 25, attempts: 22 });
  });

  it('counts what a crash sent twice where it cannot ask', async () => {
    const store = new MemoryStore();
    const first = benchOf([destination(NAME, { windowMax: 8 })], { store });
    first.transport(NAME).script = hang;
    store.append(20);
    await first.dispatcher.start();
    await settled();
    first.journal.kill();
    const second = benchOf([destination(NAME, { windowMax: 8 })], { store });
    second.transport(NAME).script = each(
      (sequence) => (sequence <= 8 ? { ...status(200), duplicate: true } : ok) as typeof ok,
    );
    await second.dispatcher.start();
    for (let turn = 0; turn < 5; turn += 1) await settled();
    expect(second.dispatcher.status()[NAME]?.counts).toMatchObject({
      confirmed: 20,
      repeats: { restart: 8, other: 0 },
    });
  });

  it('keeps others going in batches while it asks about some one by one', async () => {
    const { dispatcher, store, transport, clock } = benchOf([
      destination(NAME, { verifyUrl, batchMax: 10, circuitFailuresMax: 100 }),
    ]);
    transport(NAME).script = (entries) => entries.map(() => none('other side closed'));
    store.append(10);
    await dispatcher.start();
    await settled();
    transport(NAME).script = each(() => ok);
    let asked = 0;
    transport(NAME).onHolds = () => {
      asked += 1;
      if (asked === 1) store.append(40);
      return Promise.resolve({ status: 'held' });
    };
    await clock.advanceUntil(() => store.mark(NAME) === 50, 60_000);
    expect(asked).toBe(10);
    expect(transport(NAME).requests.map(({ length }) => length)).toEqual([10, 10, 10, 10, 10]);
  });

  it('holds nothing up for ever when the question is never answered and deliveries work', async () => {
    const store = new MemoryStore();
    const first = benchOf([destination(NAME, { verifyUrl, windowMax: 64 })], { store });
    first.transport(NAME).script = hang;
    store.append(64);
    await first.dispatcher.start();
    await settled();
    first.journal.kill();

    // Nobody but those under suspicion: nothing is delivered that would show that deliveries work.
    const second = benchOf([destination(NAME, { verifyUrl, windowMax: 64 })], { store, clock: first.clock });
    second.transport(NAME).onHolds = () => Promise.resolve({ status: 'no-answer', answer: status(401) });
    await second.dispatcher.start();
    await second.clock.advanceUntil(() => store.mark(NAME) === 64, 10_000);
    expect(store.states(NAME)).toEqual({ confirmed: 64 });
    expect(second.log.lines.map(({ message }) => message)).toEqual([
      'destination fails for everyone: circuit opened, entries are kept',
      'destination answers again: circuit closed',
      'destination does not say what it has: entries are sent again without asking',
    ]);
  });

  it('asks after an outage of an hour about what was in doubt when it began', async () => {
    const { dispatcher, store, transport, clock } = benchOf([destination(NAME, { verifyUrl })]);
    const stored = forgetful(transport(NAME));
    store.append(20);
    await dispatcher.start();
    await settled();
    const before = [...stored];
    expect(before.length).toBeGreaterThan(0);
    const { onHolds } = transport(NAME);
    const away = { kind: 'none', detail: 'connect ECONNREFUSED', notApplied: true } as const;
    transport(NAME).script = each(() => away);
    transport(NAME).onHolds = () => Promise.resolve({ status: 'no-answer', answer: away });
    await clock.advance(3_600_000);
    transport(NAME).script = (entries) => {
      stored.push(...entries.map(({ sequence }) => sequence));
      return entries.map(() => ok);
    };
    transport(NAME).onHolds = onHolds;
    await clock.advanceUntil(() => store.mark(NAME) === 20, 600_000);
    expect(stored.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
    expect(dispatcher.status()[NAME]?.counts.repeatsSaved).toBe(before.length);
  });

  it('sends what a person wants tried again, and does not take what is there under its id for the same', async () => {
    const { dispatcher, store, transport } = benchOf([destination(NAME, { verifyUrl })]);
    transport(NAME).script = each(() => status(409, 'another purchase has this id'));
    transport(NAME).onHolds = () => Promise.resolve({ status: 'held' });
    store.append(1);
    await dispatcher.start();
    await settled();
    await dispatcher.retry(NAME, 1 as Sequence);
    await settled();
    expect(transport(NAME).asked).toEqual([]);
    expect(transport(NAME).sent).toEqual([1, 1]);
    expect(store.outcome(NAME, 1)?.state).toBe('parked');
  });
});

describe('batches through a lane', () => {
  it('delivers a backlog in batches, parks the one that is rejected, and says so', async () => {
    const { dispatcher, store, transport, log } = benchOf([destination(NAME, { batchMax: 50, inFlightMax: 2 })]);
    transport(NAME).script = each((sequence) => (sequence === 77 ? status(422, 'no such SKU') : ok));
    store.append(500);
    await dispatcher.start();
    for (let turn = 0; turn < 5; turn += 1) await settled();
    expect(store.states(NAME)).toEqual({ confirmed: 499, parked: 1 });
    expect(log.lines).toMatchObject([{ level: 'warn', fields: { destination: NAME, sequence: 77 } }]);
    expect(transport(NAME).requests.length).toBeLessThan(30);
  });

  it('finds the one bad entry of a batch that is refused as a whole', async () => {
    const { dispatcher, store, transport } = benchOf([destination(NAME, { batchMax: 10 })]);
    transport(NAME).script = (entries) =>
      entries.map(() => (entries.some(({ sequence }) => sequence === 4) ? status(400) : ok));
    store.append(30);
    await dispatcher.start();
    await settled();
    expect(store.states(NAME)).toEqual({ confirmed: 29, parked: 1 });
    expect(store.outcome(NAME, 4)?.state).toBe('parked');
  });

  it('sends each entry alone to a destination that answers a batch as if it were one entry', async () => {
    const { dispatcher, store, transport, clock, log } = benchOf([destination(NAME, { batchMax: 10, attemptsMax: 3 })]);
    transport(NAME).script = (entries) => entries.map(() => (entries.length > 1 ? unread : ok));
    store.append(1_000);
    await dispatcher.start();
    await clock.advance(5_000);
    expect(store.states(NAME)).toEqual({ confirmed: 1_000 });
    // Once in a batch, once alone; a few batches are of one entry.
    expect(transport(NAME).requests.flat().length).toBeLessThanOrEqual(2_000);
    expect(log.lines).toEqual([]);
  });

  it('parks the one entry that makes every batch fail, and no other', async () => {
    const { dispatcher, store, transport, clock } = benchOf([destination(NAME, { batchMax: 10, attemptsMax: 5 })]);
    transport(NAME).script = (entries) =>
      entries.map(() => (entries.some(({ sequence }) => sequence === 4) ? status(500) : ok));
    store.append(30);
    await dispatcher.start();
    for (let second = 0; second < 300; second += 1) {
      store.append(1);
      await clock.advance(1_000);
    }
    expect(store.states(NAME)).toEqual({ confirmed: 329, parked: 1 });
    expect(store.outcome(NAME, 4)?.state).toBe('parked');
  });
});

describe('what attempts came to', () => {
  it('is counted, each attempt once: who sees failures only in sum cannot tell a dead host from a wrong secret', async () => {
    const options = { windowMax: 8, circuitFailuresMax: 100, circuitDelayMsMin: 1, circuitDelayMsMax: 1 };
    const { dispatcher, store, transport, clock } = benchOf([destination(NAME, options)]);
    const answers: Answer[] = [status(503), none(), status(401), status(422), status(429)];
    transport(NAME).script = each((sequence) => answers[sequence - 1] ?? ok);
    store.append(6);
    await dispatcher.start();
    await settled();
    transport(NAME).script = each(() => ok);
    await clock.advanceUntil(() => store.mark(NAME) === 3, 60_000);
    await clock.advance(60_000);
    const { attempts, results } = dispatcher.status()[NAME]!.counts;
    expect(results).toEqual({ confirmed: 5, refused: 1, misdirected: 1, failed: 2, 'no-answer': 1 });
    expect(attempts).toBe(10);
  });
});
