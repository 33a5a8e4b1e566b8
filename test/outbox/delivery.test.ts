import { describe, expect, it } from '@jest/globals';

import type { DestinationHistory } from '../../shared/outbox/attempt-count.js';
import { Delivery, type DeliverySurroundings } from '../../shared/outbox/delivery.js';
import { DeliveryTally } from '../../shared/outbox/delivery-tally.js';
import { StoppedError, WithdrawnError } from '../../shared/outbox/errors.js';
import type { Asked } from '../../shared/outbox/request-queue.js';
import type { Answer, DestinationOptions, Entry, Outcome, Retrying, Sequence } from '../../shared/outbox/types.js';
import { destination } from '../support/dispatcher-fixture.js';
import { ManualClock, settled } from '../support/manual-clock.js';
import { none, ok, status } from '../support/scripted-transport.js';

const SEQUENCE = 7 as Sequence;
const ENTRY: Entry = { sequence: SEQUENCE, id: 'id-7', key: 'alice', body: Buffer.from('{}') };

/** One delivery with everything around it in hand. Its sender answers from a list, or as told by a function. */
function deliveryWith(
  answers: (Answer | Error)[],
  options: Partial<DestinationOptions> = {},
  history: DestinationHistory = { successes: 0, openings: 0 },
) {
  const clock = new ManualClock();
  const recorded: Outcome[] = [];
  const sent: { at: number; alone: boolean }[] = [];
  const retrying: number[] = [];
  const read: number[] = [];
  /** What the questions bring; without more, that it does not have it. */
  const asked: Asked[] = [];
  const questions: number[] = [];
  const tally = new DeliveryTally();
  let record: (outcome: Outcome) => Promise<void> = () => Promise.resolve();
  const surroundings: DeliverySurroundings = {
    options: destination('warehouse', options),
    sender: {
      send: (_, alone) => {
        sent.push({ at: clock.now(), alone });
        const answer = answers.shift() ?? ok;
        return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
      },
      ask: () => {
        questions.push(clock.now());
        return Promise.resolve(asked.shift() ?? { status: 'not-held' });
      },
    },
    history,
    tally,
    clock,
    random: () => 1,
    readEntry: (sequence) => {
      read.push(sequence);
      return Promise.resolve(ENTRY);
    },
    record: (outcome) => {
      recorded.push(outcome);
      return record(outcome);
    },
    onRetryingRecorded: (sequence) => retrying.push(sequence),
  };
  return {
    surroundings,
    clock,
    recorded,
    sent,
    retrying,
    read,
    asked,
    questions,
    tally,
    startAt: clock.now(),
    onRecord: (hook: typeof record) => (record = hook),
  };
}

/** A destination at which others succeed all the time. */
function busyHistory(openings: () => number = () => 0): DestinationHistory {
  let successes = 0;
  return {
    get successes() {
      return (successes += 1);
    },
    get openings() {
      return openings();
    },
  };
}

/** Runs a delivery to its end, moving the time on as it needs. */
async function finish(delivery: Delivery, clock: ManualClock): Promise<Outcome | Error> {
  let end: Outcome | Error | undefined;
  void delivery.run().then(
    (outcome) => (end = outcome),
    (error: unknown) => (end = error as Error),
  );
  await clock.advanceUntil(() => end !== undefined, 100_000_000);
  return end!;
}

describe('the first attempt', () => {
  it('ends the delivery with a yes, without a timer and without a record in between', async () => {
    const { surroundings, clock, recorded, sent } = deliveryWith([ok]);
    const outcome = await Delivery.ofEntry(ENTRY, surroundings).run();
    expect(outcome).toEqual({
      ...{ state: 'confirmed', sequence: 7, key: 'alice' },
      ...{ attempts: 1, attemptsCounted: 0, at: clock.now() },
    });
    expect([recorded, sent.length, clock.pending]).toEqual([[], 1, 0]);
  });

  it.each([400, 409, 413, 415, 422])('ends it with a no for %i: a person must decide', async (code) => {
    const { surroundings } = deliveryWith([status(code, 'no such SKU')]);
    const outcome = await Delivery.ofEntry(ENTRY, surroundings).run();
    expect(outcome).toMatchObject({ state: 'parked', attempts: 1, attemptsCounted: 0 });
    expect((outcome as { error: string }).error).toMatch(new RegExp(`^${code} .*: no such SKU$`));
  });
});

describe('a failed attempt', () => {
  it.each([
    [status(503, 'closed'), '503 Service Unavailable: closed'],
    [none('no answer within 5000 ms'), 'no answer within 5000 ms'],
    [status(401), '401 Unauthorized'],
    [status(302), '302 Found'],
    [status(418), "418 I'm a Teapot"],
  ])('is on record with the time of the next one before that is waited for (%#)', async (answer, error) => {
    const { surroundings, clock, recorded, retrying, sent } = deliveryWith([answer]);
    const run = Delivery.ofEntry(ENTRY, surroundings).run();
    await settled();
    const at = clock.now();
    expect(recorded).toEqual([
      {
        ...{ state: 'retrying', sequence: 7, key: 'alice' },
        ...{ attempts: 1, attemptsCounted: 0, at, nextAttemptAt: at + 250, error },
      },
    ]);
    expect(retrying).toEqual([7]);
    await clock.advance(249);
    expect(sent).toHaveLength(1);
    await clock.advance(1);
    expect(await run).toMatchObject({ state: 'confirmed', attempts: 2 });
  });

  it('waits for its record: an attempt that nobody would know of is not made', async () => {
    const { surroundings, clock, sent, onRecord } = deliveryWith([status(503)]);
    let recordedNow: () => void = () => undefined;
    onRecord(() => new Promise((resolve) => (recordedNow = resolve)));
    const run = Delivery.ofEntry(ENTRY, surroundings).run();
    await clock.advance(60_000);
    expect(sent).toHaveLength(1);
    recordedNow();
    await run;
    expect(sent).toHaveLength(2);
  });

  it.each([302, 401, 403, 404, 408, 410, 413, 418, 425, 429, 500, 502, 503, 504, 599])(
    'comes back after the Retry-After of a %i, and not a day later',
    async (code) => {
      for (const [asked, observed] of [
        [7_000, 7_000],
        [86_400_000, 60_000],
        [0, 250],
      ] as const) {
        const { surroundings, clock, sent, startAt } = deliveryWith([status(code, '', asked)]);
        expect(await finish(Delivery.ofEntry(ENTRY, surroundings), clock)).toMatchObject({ attempts: 2 });
        expect(sent[1]?.at).toBe(startAt + observed);
      }
    },
  );

  it('draws its delay from the whole range, from nothing up', async () => {
    const drawn = [0, 0.25, 0.999];
    const { surroundings, clock, sent, startAt } = deliveryWith(drawn.map(() => status(503)));
    const random = () => drawn.shift() ?? 0;
    await finish(Delivery.ofEntry(ENTRY, { ...surroundings, random }), clock);
    // Whole milliseconds, rounded up: a clock knows no others.
    expect(sent.map(({ at }) => at - startAt)).toEqual([0, 0, 63, 313]);
  });

  it('is spaced by the delay, factor and maximum that are configured', async () => {
    const options = { retryDelayMsMin: 100, retryDelayFactor: 3, retryDelayMsMax: 1_000, attemptsMax: 100 };
    const { surroundings, clock, recorded } = deliveryWith(
      Array.from({ length: 5 }, () => status(500)),
      options,
      busyHistory(),
    );
    await finish(Delivery.ofEntry(ENTRY, surroundings), clock);
    const delays = recorded.map((outcome) => (outcome as Retrying).nextAttemptAt - outcome.at);
    expect(delays).toEqual([100, 300, 900, 1_000, 1_000]);
  });

  it('fails the delivery when it cannot be recorded', async () => {
    const { surroundings, onRecord } = deliveryWith([status(503)]);
    onRecord(() => Promise.reject(new Error('disk on fire')));
    await expect(Delivery.ofEntry(ENTRY, surroundings).run()).rejects.toThrow('disk on fire');
  });

  it('leads to as many further ones as it takes: ten thousand in an outage, and none counts', async () => {
    const failures = Array.from({ length: 10_000 }, () => none());
    const { surroundings, clock, recorded } = deliveryWith(failures);
    const outcome = await finish(Delivery.ofEntry(ENTRY, surroundings), clock);
    expect(outcome).toMatchObject({ state: 'confirmed', attempts: 10_001, attemptsCounted: 0 });
    const delays = recorded.map((outcome) => (outcome as Retrying).nextAttemptAt - outcome.at);
    expect(Math.max(...delays)).toBe(250);
  }, 120_000);
});

describe('an entry that fails while others succeed', () => {
  it('is parked when the failures that count reach the maximum, with what it failed of', async () => {
    const { surroundings, clock } = deliveryWith(
      Array.from({ length: 100 }, () => status(500, 'boom')),
      { attemptsMax: 3 },
      busyHistory(),
    );
    expect(await finish(Delivery.ofEntry(ENTRY, surroundings), clock)).toMatchObject({
      state: 'parked',
      attempts: 4,
      attemptsCounted: 3,
      error: 'gave up after 4 attempts: 500 Internal Server Error: boom',
    });
  });

  it('waits longer after each, and goes alone once it is suspect', async () => {
    const { surroundings, clock, recorded, sent } = deliveryWith(
      Array.from({ length: 5 }, () => status(500)),
      {},
      busyHistory(),
    );
    await finish(Delivery.ofEntry(ENTRY, surroundings), clock);
    const delays = recorded.map((outcome) => (outcome as Retrying).nextAttemptAt - outcome.at);
    expect(delays).toEqual([250, 500, 1_000, 2_000, 4_000]);
    expect(sent.map(({ alone }) => alone)).toEqual([false, false, true, true, true, true]);
  });

  it('goes alone at once where a batch was answered as if it were one entry: in another it would fare the same', async () => {
    const unread: Answer = { kind: 'none', detail: 'not {"results":[…]}', unread: true };
    const { surroundings, clock, sent } = deliveryWith([unread, none()]);
    await finish(Delivery.ofEntry(ENTRY, surroundings), clock);
    expect(sent.map(({ alone }) => alone)).toEqual([false, true, true]);
  });

  it('is not blamed while the circuit opens in between, but is spaced out', async () => {
    let openings = 0;
    const { surroundings, clock, recorded } = deliveryWith(
      Array.from({ length: 5 }, () => status(404)),
      { attemptsMax: 1 },
      busyHistory(() => (openings += 1)),
    );
    expect(await finish(Delivery.ofEntry(ENTRY, surroundings), clock)).toMatchObject({
      state: 'confirmed',
      attempts: 6,
    });
    const delays = recorded.map((outcome) => (outcome as Retrying).nextAttemptAt - outcome.at);
    expect(delays).toEqual([250, 500, 1_000, 2_000, 4_000]);
  });
});

describe('an entry that the destination may have', () => {
  const verifyUrl = 'http://warehouse.test/held/{id}';
  const lost = none('other side closed');
  const held: Asked = { status: 'held' };
  const unanswered: Asked = { status: 'no-answer', answer: status(500, 'oops', 7_000) };

  it('is asked about before it is sent again, and confirmed without an attempt when it is there', async () => {
    const { surroundings, clock, sent, asked, questions, tally, startAt } = deliveryWith([lost], { verifyUrl });
    asked.push(held);
    const outcome = await finish(Delivery.ofEntry(ENTRY, surroundings), clock);
    expect(outcome).toMatchObject({ state: 'confirmed', attempts: 1, at: startAt + 250 });
    expect([sent.length, questions]).toEqual([1, [startAt + 250]]);
    expect(tally.counts).toMatchObject({ attempts: 1, confirmed: 1, repeatsSaved: 1, checks: { held: 1, notHeld: 0 } });
  });

  it('is sent when it is not there, and asked about again only after the next doubt', async () => {
    const { surroundings, clock, sent, questions, tally } = deliveryWith([lost, status(429), lost, ok], { verifyUrl });
    expect(await finish(Delivery.ofEntry(ENTRY, surroundings), clock)).toMatchObject({
      state: 'confirmed',
      attempts: 4,
    });
    expect([sent.length, questions.length]).toEqual([4, 2]);
    expect(tally.counts).toMatchObject({ attempts: 4, checks: { held: 0, notHeld: 2 }, repeatsSaved: 0 });
  });

  it('stays under suspicion through attempts that cannot have arrived', async () => {
    const refused = { ...none(), notApplied: true } as const;
    const { surroundings, clock, asked, questions } = deliveryWith([lost, refused, ok], { verifyUrl });
    asked.push({ status: 'unasked' }, held);
    expect(await finish(Delivery.ofEntry(ENTRY, surroundings), clock)).toMatchObject({
      state: 'confirmed',
      attempts: 2,
    });
    expect(questions).toHaveLength(2);
  });

  it.each([status(429), status(425), status(401), status(302), { ...none(), notApplied: true } as const])(
    'is no entry of which the destination said, or shows, that it was not done (%#)',
    async (answer) => {
      const { surroundings, clock, questions } = deliveryWith([answer], { verifyUrl });
      await finish(Delivery.ofEntry(ENTRY, surroundings), clock);
      expect(questions).toEqual([]);
    },
  );

  it.each([status(500), status(502), status(503), status(408), none('no answer within 5000 ms')])(
    'is one that failed in a way that a proxy may have made up (%#)',
    async (answer) => {
      const { surroundings, clock, questions } = deliveryWith([answer], { verifyUrl });
      await finish(Delivery.ofEntry(ENTRY, surroundings), clock);
      expect(questions).toHaveLength(1);
    },
  );

  it('waits, on record, while the question has no answer: as long as that takes, and it is never parked for it', async () => {
    const options = { verifyUrl, attemptsMax: 1 };
    const { surroundings, clock, recorded, sent, asked, tally, startAt } = deliveryWith([], options, busyHistory());
    for (let round = 0; round < 50; round += 1) asked.push(unanswered);
    const outcome = await finish(Delivery.ofEntry(ENTRY, surroundings, 'restart'), clock);
    expect(outcome).toMatchObject({ state: 'confirmed', attempts: 1, attemptsCounted: 0 });
    expect(recorded).toHaveLength(50);
    expect(recorded[0]).toEqual({
      state: 'retrying',
      sequence: 7,
      key: 'alice',
      attempts: 0,
      attemptsCounted: 0,
      at: startAt,
      nextAttemptAt: startAt + 7_000,
      error: 'it did not say whether it has it: 500 Internal Server Error: oops',
    });
    expect(sent).toHaveLength(1);
    expect(tally.counts.checks).toEqual({ held: 0, notHeld: 1, noAnswer: 50 });
  });

  it('takes the answer of the delivery that followed a question without one for its own', async () => {
    const { surroundings, sent, asked, tally } = deliveryWith([], { verifyUrl });
    asked.push({ status: 'sent', answer: { ...ok, duplicate: true } as Answer });
    const outcome = await Delivery.ofEntry(ENTRY, surroundings, 'restart').run();
    expect(outcome).toMatchObject({ state: 'confirmed', attempts: 1 });
    expect(sent).toEqual([]);
    expect(tally.counts).toMatchObject({ attempts: 1, repeats: { restart: 1, other: 0 }, checks: { noAnswer: 1 } });
  });

  it('is sent unasked where the destination cannot be asked', async () => {
    const { surroundings, clock, questions } = deliveryWith([lost, ok]);
    await finish(Delivery.ofEntry(ENTRY, surroundings, 'restart'), clock);
    expect(questions).toEqual([]);
  });

  it('is not sent after it was given up while the question was put', async () => {
    const { surroundings, sent } = deliveryWith([], { verifyUrl });
    const delivery = Delivery.ofEntry(ENTRY, surroundings, 'restart');
    const run = delivery.run();
    delivery.end(new WithdrawnError());
    await expect(run).rejects.toBeInstanceOf(WithdrawnError);
    expect(sent).toEqual([]);
  });

  it('is confirmed by the answer that came after it was told to end: what was sent is not forgotten', async () => {
    for (const answer of [held, { status: 'sent', answer: ok } as const]) {
      const { surroundings, asked } = deliveryWith([], { verifyUrl });
      asked.push(answer);
      const delivery = Delivery.ofEntry(ENTRY, surroundings, 'restart');
      const run = delivery.run();
      delivery.end(new StoppedError());
      expect(await run).toMatchObject({ state: 'confirmed' });
    }
  });

  it('is a repeat when it turns out to be there already, by what sent it twice', async () => {
    const duplicate: Answer = { ...ok, duplicate: true } as Answer;
    const afterRestart = deliveryWith([duplicate]);
    await Delivery.ofEntry(ENTRY, afterRestart.surroundings, 'restart').run();
    expect(afterRestart.tally.counts.repeats).toEqual({ restart: 1, other: 0 });

    const afterBoth = deliveryWith([lost, duplicate]);
    await finish(Delivery.ofEntry(ENTRY, afterBoth.surroundings, 'restart'), afterBoth.clock);
    expect(afterBoth.tally.counts.repeats).toEqual({ restart: 0, other: 1 });

    const unexplained = deliveryWith([duplicate]);
    await Delivery.ofEntry(ENTRY, unexplained.surroundings).run();
    expect(unexplained.tally.counts.repeats).toEqual({ restart: 0, other: 1 });
  });

  it('is counted when it is parked, refused or after too many attempts', async () => {
    const refused = deliveryWith([status(422)]);
    await Delivery.ofEntry(ENTRY, refused.surroundings).run();
    expect(refused.tally.counts).toMatchObject({ attempts: 1, parked: 1, confirmed: 0 });
    const failures = Array.from({ length: 9 }, () => status(500));
    const gaveUp = deliveryWith(failures, { attemptsMax: 2 }, busyHistory());
    await finish(Delivery.ofEntry(ENTRY, gaveUp.surroundings), gaveUp.clock);
    expect(gaveUp.tally.counts).toMatchObject({ attempts: 3, parked: 1, confirmed: 0 });
  });
});

describe('an entry taken up again', () => {
  const outcome = (nextAttemptAt: number): Retrying => ({
    state: 'retrying',
    sequence: SEQUENCE,
    attempts: 4,
    attemptsCounted: 2,
    at: 0 as Retrying['at'],
    nextAttemptAt: nextAttemptAt as Retrying['nextAttemptAt'],
    error: '503',
  });

  it('waits for the time on record, then is read and goes on counting from there', async () => {
    const { surroundings, clock, sent, read, startAt } = deliveryWith([status(503), ok]);
    const end = finish(Delivery.ofRetrying(outcome(startAt + 900), surroundings), clock);
    expect(await end).toMatchObject({ state: 'confirmed', attempts: 6, attemptsCounted: 2 });
    expect(sent.map(({ at }) => at)).toEqual([startAt + 900, startAt + 900 + 1_000]);
    expect(read).toEqual([7]);
  });

  it('goes at once when its time has passed while the process was down', async () => {
    const { surroundings, startAt, clock } = deliveryWith([ok]);
    expect(await Delivery.ofRetrying(outcome(startAt - 1), surroundings).run()).toMatchObject({ state: 'confirmed' });
    expect(clock.pending).toBe(0);
  });

  it('does not sleep for years because the clock was once set wrong', async () => {
    const { surroundings, clock, sent, startAt } = deliveryWith([ok]);
    await finish(Delivery.ofRetrying(outcome(startAt + 1e12), surroundings), clock);
    expect(sent[0]?.at).toBe(startAt + 60_000);
  });

  it('fails when the journal does not have it', async () => {
    const { surroundings, startAt } = deliveryWith([ok]);
    const broken = { ...surroundings, readEntry: () => Promise.reject(new Error('never there')) };
    await expect(Delivery.ofRetrying(outcome(startAt), broken).run()).rejects.toThrow('never there');
  });
});

describe('the end from outside', () => {
  it('wakes a sleeping delivery, and no timer stays', async () => {
    const { surroundings, clock } = deliveryWith([status(503)]);
    const delivery = Delivery.ofEntry(ENTRY, surroundings);
    const run = delivery.run();
    await settled();
    delivery.end(new StoppedError());
    await expect(run).rejects.toBeInstanceOf(StoppedError);
    expect(clock.pending).toBe(0);
  });

  it('does not forget an answer that is on its way', async () => {
    const { surroundings } = deliveryWith([ok]);
    const delivery = Delivery.ofEntry(ENTRY, surroundings);
    const run = delivery.run();
    delivery.end(new StoppedError());
    expect(await run).toMatchObject({ state: 'confirmed' });
  });

  it('records a failure that is on its way, and makes no further attempt', async () => {
    const { surroundings, recorded, sent } = deliveryWith([status(503)]);
    const delivery = Delivery.ofEntry(ENTRY, surroundings);
    const run = delivery.run();
    delivery.end(new StoppedError());
    await expect(run).rejects.toBeInstanceOf(StoppedError);
    expect(recorded).toHaveLength(1);
    expect(sent).toHaveLength(1);
  });

  it('ends with what the sender says: stopped, or broken', async () => {
    for (const error of [new StoppedError(), new Error('bug'), new TypeError('bug')]) {
      const { surroundings, recorded } = deliveryWith([error]);
      await expect(Delivery.ofEntry(ENTRY, surroundings).run()).rejects.toBe(error);
      expect(recorded).toEqual([]);
    }
  });

  it('keeps the first reason', async () => {
    const { surroundings } = deliveryWith([status(503)]);
    const delivery = Delivery.ofEntry(ENTRY, surroundings);
    const run = delivery.run();
    const first = new StoppedError();
    delivery.end(first);
    delivery.end(new StoppedError());
    await expect(run).rejects.toBe(first);
  });
});
