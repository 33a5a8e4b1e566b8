import { describe, expect, it } from '@jest/globals';

import { Circuit } from '../../shared/outbox/circuit.js';
import { StoppedError, WithdrawnError } from '../../shared/outbox/errors.js';
import { RateLimit } from '../../shared/outbox/rate-limit.js';
import type { Asked } from '../../shared/outbox/request-queue.js';
import { Sender } from '../../shared/outbox/sender.js';
import type { Answer, DestinationOptions, Entry, Holding, Sequence } from '../../shared/outbox/types.js';
import { Verification } from '../../shared/outbox/verification.js';
import { destination } from '../support/dispatcher-fixture.js';
import { ManualClock, settled } from '../support/manual-clock.js';
import { RecordingLog } from '../support/recording-log.js';
import { each, hang, none, ok, ScriptedTransport, type Script, status } from '../support/scripted-transport.js';

function senderWith(script: Script, options: Partial<DestinationOptions> = {}) {
  const clock = new ManualClock();
  const transport = new ScriptedTransport(script);
  const configured = destination('warehouse', options);
  const log = new RecordingLog();
  const circuit: Circuit = new Circuit(configured, {
    clock,
    random: () => 1,
    log,
    onAdmitting: () => {
      sender.pumpSoon();
    },
  });
  const rate: RateLimit = new RateLimit(configured.ratePerSecondMax, clock, () => {
    sender.pumpSoon();
  });
  const sender: Sender = new Sender(configured, {
    ...{ transport, circuit, rate, clock },
    verification: new Verification(configured, { clock, log }),
  });
  const answers = new Map<number, Answer | Error>();
  const send = (sequence: number, alone = false, body = '{}') => {
    const entry: Entry = {
      sequence: sequence as Sequence,
      id: `id-${sequence}`,
      key: 'alice',
      body: Buffer.from(body),
    };
    void sender.send(entry, alone).then(
      (answer) => answers.set(sequence, answer),
      (error: unknown) => answers.set(sequence, error as Error),
    );
  };
  const sendAll = (from: number, to: number) => {
    for (let sequence = from; sequence <= to; sequence += 1) send(sequence);
  };
  const asked = new Map<number, Asked | Error>();
  const ask = (sequence: number) => {
    const entry: Entry = {
      sequence: sequence as Sequence,
      id: `id-${sequence}`,
      key: 'alice',
      body: Buffer.from('{}'),
    };
    void sender.ask(entry).then(
      (holding) => asked.set(sequence, holding),
      (error: unknown) => asked.set(sequence, error as Error),
    );
  };
  return { sender, transport, circuit, rate, clock, log, answers, send, sendAll, asked, ask };
}

describe('slots', () => {
  it('has no more requests under way than allowed, and fills a place as soon as it is free', async () => {
    const { transport, sender, sendAll } = senderWith(hang, { inFlightMax: 4 });
    sendAll(1, 10);
    await settled();
    expect(transport.requests).toEqual([[1], [2], [3], [4]]);
    expect(sender.inFlight).toBe(4);
    transport.open[1]!.answer(ok);
    await settled();
    expect(transport.requests.at(-1)).toEqual([5]);
    expect(transport.openMost).toBe(4);
  });

  it('gives each its own answer, whatever the order they come in', async () => {
    const { transport, answers, sendAll } = senderWith(hang);
    sendAll(1, 3);
    await settled();
    const [first, second, third] = [...transport.open];
    third!.answer(status(422, 'third'));
    first!.answer(ok);
    second!.answer(none('second'));
    await settled();
    expect(answers.get(1)).toEqual(ok);
    expect(answers.get(2)).toEqual(none('second'));
    expect(answers.get(3)).toEqual(status(422, 'third'));
  });

  it('remembers the last answer that was not a yes', async () => {
    const { sender, send } = senderWith(each((sequence) => (sequence === 1 ? status(503, 'busy') : ok)));
    expect(sender.lastError).toBeNull();
    send(1);
    send(2);
    await settled();
    expect(sender.lastError).toBe('503 Service Unavailable: busy');
  });
});

describe('probes', () => {
  it('sends one at a time while the destination is down, and each time the next in the queue', async () => {
    const { transport, clock, circuit, sendAll } = senderWith(
      each(() => none()),
      { circuitFailuresMax: 2, inFlightMax: 2 },
    );
    sendAll(1, 6);
    await settled();
    expect(transport.sent).toEqual([1, 2]);
    expect(circuit.state).toBe('open');
    await clock.advance(250);
    await clock.advance(500);
    await clock.advance(1_000);
    expect(transport.sent).toEqual([1, 2, 3, 4, 5]);
  });

  it('lets one bad entry not be every probe: what failed queues up at the end', async () => {
    const { transport, clock, circuit, send, sendAll } = senderWith(
      each((sequence) => (sequence === 1 ? status(500) : ok)),
      { circuitFailuresMax: 1, inFlightMax: 1 },
    );
    sendAll(1, 3);
    await settled();
    send(1);
    await clock.advance(250);
    expect(circuit.state).toBe('open');
    expect(transport.sent).toEqual([1, 2, 3, 1]);
    expect(circuit.successes).toBe(2);
  });

  it('probes a batch destination with one entry', async () => {
    const { transport, clock, sendAll } = senderWith(
      each(() => none()),
      { circuitFailuresMax: 1, batchMax: 10, inFlightMax: 1 },
    );
    sendAll(1, 30);
    await settled();
    transport.script = each(() => ok);
    await clock.advance(250);
    expect(transport.requests.map(({ length }) => length)).toEqual([10, 1, 10, 9]);
  });
});

describe('batches', () => {
  it('takes what waits, up to the maximum, and waits for nothing to come', async () => {
    const { transport, send, sendAll } = senderWith(hang, { batchMax: 4, inFlightMax: 2 });
    send(1);
    await settled();
    expect(transport.requests).toEqual([[1]]);
    sendAll(2, 10);
    await settled();
    expect(transport.requests).toEqual([[1], [2, 3, 4, 5]]);
    transport.open[0]!.answer(ok);
    await settled();
    expect(transport.requests.at(-1)).toEqual([6, 7, 8, 9]);
  });

  it('waits for no company: a lone purchase goes at once', async () => {
    const { transport, answers, send, clock } = senderWith(
      each(() => ok),
      { batchMax: 100 },
    );
    send(1);
    await settled();
    expect(transport.requests).toEqual([[1]]);
    expect(answers.get(1)).toEqual(ok);
    expect(clock.pending).toBe(0);
  });

  it('fills a batch to the last byte and not beyond: a receiver that has a limit would refuse all of it', async () => {
    // [{},{},{}]: three bodies of two bytes, two commas, two brackets.
    const exact = senderWith(hang, { batchMax: 100, batchBytesMax: 10, inFlightMax: 10 });
    exact.sendAll(1, 7);
    await settled();
    expect(exact.transport.requests).toEqual([[1, 2, 3], [4, 5, 6], [7]]);
    const tighter = senderWith(hang, { batchMax: 100, batchBytesMax: 9, inFlightMax: 10 });
    tighter.sendAll(1, 5);
    await settled();
    expect(tighter.transport.requests).toEqual([[1, 2], [3, 4], [5]]);
  });

  it('sends an entry that is larger than any batch alone, and its neighbours together', async () => {
    const { transport, send } = senderWith(hang, { batchMax: 100, batchBytesMax: 50 });
    for (const sequence of [1, 2, 3, 4, 5]) send(sequence, false, sequence === 3 ? `"${'x'.repeat(60)}"` : '{}');
    await settled();
    expect(transport.requests).toEqual([[1, 2], [3], [4, 5]]);
  });

  it('keeps an entry that is to go alone out of them, and the order', async () => {
    const { transport, send } = senderWith(hang, { batchMax: 10 });
    for (const sequence of [1, 2, 3, 4, 5]) send(sequence, sequence === 3);
    await settled();
    expect(transport.requests).toEqual([[1, 2], [3], [4, 5]]);
  });

  it('gives one rejected entry its no and its neighbours their yes', async () => {
    const { circuit, answers, sendAll } = senderWith(
      each((sequence) => (sequence === 2 ? status(422) : ok)),
      { batchMax: 3 },
    );
    sendAll(1, 3);
    await settled();
    expect([...answers.values()].map((answer) => (answer as { status: number }).status)).toEqual([200, 422, 200]);
    expect(circuit.successes).toBe(2);
  });

  it('takes one that is to be retried among neighbours that were applied for no failure of the destination', async () => {
    const { circuit, sendAll } = senderWith(
      each((sequence) => (sequence === 2 ? status(503) : ok)),
      { batchMax: 3, circuitFailuresMax: 1 },
    );
    sendAll(1, 3);
    await settled();
    expect(circuit.state).toBe('closed');
  });

  it.each([400, 409, 413, 415, 422])(
    'sends the entries one by one when the whole batch is refused with %i',
    async (code) => {
      const { transport, answers, sendAll } = senderWith(
        (entries) => entries.map(({ sequence }) => (entries.length > 1 || sequence === 2 ? status(code) : ok)),
        { batchMax: 3 },
      );
      sendAll(1, 3);
      await settled();
      expect(transport.requests).toEqual([[1, 2, 3], [1], [2], [3]]);
      expect(answers.get(1)).toEqual(ok);
      expect(answers.get(2)).toEqual(status(code));
      expect(answers.get(3)).toEqual(ok);
    },
  );

  it('leaves the destination alone for the longest time that any entry of a batch was told', async () => {
    const { circuit, clock, sendAll } = senderWith(
      each((sequence) => [status(503, '', 7_000), status(503, '', 9_000), none()][sequence - 1]!),
      { batchMax: 3, circuitFailuresMax: 1 },
    );
    sendAll(1, 3);
    await clock.advance(8_999);
    expect(circuit.state).toBe('open');
    await clock.advance(1);
    expect(circuit.state).toBe('half-open');
  });

  it('does not split a batch that is too large today: it is tried again when it was told to', async () => {
    const { transport, answers, sendAll } = senderWith(
      each(() => status(413, '', 5_000)),
      { batchMax: 3 },
    );
    sendAll(1, 3);
    await settled();
    expect(transport.requests).toEqual([[1, 2, 3]]);
    expect(answers.get(1)).toEqual(status(413, '', 5_000));
  });

  it.each([500, 401, 302])('does not split a batch for %i: that is not about the entries', async (code) => {
    const { transport, answers, sendAll } = senderWith(
      each(() => status(code)),
      { batchMax: 3 },
    );
    sendAll(1, 3);
    await settled();
    expect(transport.requests).toEqual([[1, 2, 3]]);
    expect(answers.size).toBe(3);
  });
});

describe('questions', () => {
  const noAnswer = (answer: Answer = status(500)): Holding => ({ status: 'no-answer', answer });
  const saying = (holding: Holding) => () => Promise.resolve(holding);

  it('bring back what the destination said, and are neither a sign of life nor a success', async () => {
    const { transport, circuit, asked, ask } = senderWith(hang, { circuitFailuresMax: 2 });
    transport.onHolds = ({ sequence }) => Promise.resolve({ status: sequence === 1 ? 'held' : 'not-held' });
    circuit.failed(circuit.sent(), '503', undefined);
    ask(1);
    ask(2);
    await settled();
    expect([asked.get(1), asked.get(2)]).toEqual([{ status: 'held' }, { status: 'not-held' }]);
    expect(circuit.successes).toBe(0);
    // Or a destination that can be read but not written would never be spared.
    circuit.failed(circuit.sent(), '503', undefined);
    expect(circuit.state).toBe('open');
  });

  it('take a slot each, one entry at a time, and turns with batches that nobody splits for them', async () => {
    const { transport, sender, ask, sendAll } = senderWith(hang, { inFlightMax: 4, batchMax: 10 });
    transport.onHolds = () => new Promise(() => undefined);
    for (let sequence = 1; sequence <= 10; sequence += 1) ask(sequence);
    sendAll(101, 130);
    await settled();
    expect(transport.asked).toEqual([1, 2]);
    expect(transport.requests.map((request) => [request[0], request.length])).toEqual([
      [101, 10],
      [111, 10],
    ]);
    expect(sender.inFlight).toBe(22);
  });

  it('are not put while the circuit is open or the lane is paused', async () => {
    const { transport, circuit, sender, clock, ask } = senderWith(hang);
    circuit.misdirected(circuit.sent(), '401 Unauthorized', undefined);
    ask(1);
    await settled();
    expect(transport.asked).toEqual([]);
    sender.pause();
    await clock.advance(10_000);
    expect(transport.asked).toEqual([]);
    sender.resume();
    await settled();
    expect(transport.asked).toEqual([1]);
  });

  it('without an answer are failures of the destination, after its Retry-After, and are said to be', async () => {
    const { transport, circuit, sender, clock, asked, ask } = senderWith(hang, { circuitFailuresMax: 2 });
    transport.onHolds = saying(noAnswer(status(503, 'closed', 9_000)));
    ask(1);
    await settled();
    expect(asked.get(1)).toEqual(noAnswer(status(503, 'closed', 9_000)));
    expect(sender.lastError).toBe('it did not say whether it has it: 503 Service Unavailable: closed');
    expect(circuit.state).toBe('closed');
    ask(2);
    await settled();
    expect(circuit.status.nextProbeAt).toBe(clock.now() + 9_000);
  });

  it('leave the circuit half-open, and the next probe comes at once', async () => {
    const { transport, circuit, clock, ask, send } = senderWith(each(() => none()));
    circuit.misdirected(circuit.sent(), '401 Unauthorized', undefined);
    for (let sequence = 1; sequence <= 5; sequence += 1) ask(sequence);
    await clock.advance(250);
    expect(transport.asked).toEqual([1, 2, 3, 4, 5]);
    expect(circuit.state).toBe('half-open');
    send(6);
    await settled();
    expect(circuit.state).toBe('open');
  });

  it('as a probe without an answer are followed by the delivery: nobody else may find out that it is well', async () => {
    const { transport, circuit, clock, log, asked, ask } = senderWith(each(() => ok));
    transport.onHolds = saying(noAnswer(status(401)));
    circuit.failed(circuit.sent(), '503', undefined);
    for (let sequence = 1; sequence <= 8; sequence += 1) ask(sequence);
    await settled();
    expect(circuit.state).toBe('open');
    ask(9);
    await clock.advance(250);
    expect(asked.get(9)).toEqual({ status: 'sent', answer: ok });
    expect(circuit.state).toBe('closed');
    // From now on nobody is asked in vain.
    ask(10);
    await settled();
    expect(asked.get(10)).toEqual({ status: 'unasked' });
    expect(log.lines.map(({ fields }) => fields)).toContainEqual({
      destination: 'warehouse',
      reason: '401 Unauthorized',
    });
  });

  it('are still put after an outage: what was asked in vain then is no reason to send twice now', async () => {
    const { transport, circuit, clock, asked, ask } = senderWith(
      each(() => none()),
      { circuitFailuresMax: 1 },
    );
    transport.onHolds = saying(noAnswer(none()));
    for (let round = 1; round <= 20; round += 1) {
      ask(round);
      await clock.advance(10_000);
    }
    expect(circuit.openings).toBeGreaterThan(10);
    transport.onHolds = saying({ status: 'held' });
    ask(21);
    await settled();
    expect(asked.get(21)).toEqual({ status: 'held' });
  });

  it('as a probe are within the rate, and so is the delivery that follows: a destination asked not to bear more', async () => {
    const { transport, circuit, clock, asked, ask } = senderWith(
      each(() => none()),
      { ratePerSecondMax: 1, circuitDelayMsMin: 10, circuitDelayMsMax: 10 },
    );
    transport.onHolds = saying(noAnswer(none()));
    circuit.misdirected(circuit.sent(), '401 Unauthorized', undefined);
    for (let sequence = 1; sequence <= 20; sequence += 1) ask(sequence);
    await clock.advance(10_000);
    const requests = transport.asked.length + transport.sent.length;
    expect(requests).toBeGreaterThanOrEqual(10);
    expect(requests).toBeLessThanOrEqual(12);
    expect(asked.get(1)).toEqual({ status: 'sent', answer: none() });
  });

  it('as a probe are not followed by the delivery of an entry that was given up meanwhile', async () => {
    const { transport, circuit, sender, clock, asked, ask } = senderWith(each(() => ok));
    let answer: (holding: Holding) => void = () => undefined;
    transport.onHolds = () => new Promise((resolve) => (answer = resolve));
    circuit.misdirected(circuit.sent(), '401 Unauthorized', undefined);
    ask(1);
    await clock.advance(250);
    expect(transport.asked).toEqual([1]);
    sender.withdraw(1 as Sequence, new WithdrawnError());
    answer(noAnswer(none()));
    await settled();
    expect(transport.sent).toEqual([]);
    expect(asked.get(1)).toEqual(noAnswer(none()));
    expect(circuit.state).toBe('open');
  });

  it('end like deliveries: withdrawn, stopped, or cut at the deadline', async () => {
    const { sender, transport, clock, asked, ask } = senderWith(hang, { inFlightMax: 1 });
    transport.onHolds = () => new Promise(() => undefined);
    for (const sequence of [1, 2, 3]) ask(sequence);
    await settled();
    sender.withdraw(2 as Sequence, new WithdrawnError());
    sender.halt();
    const finished = sender.finish(1_000);
    await settled();
    expect(asked.get(2)).toBeInstanceOf(WithdrawnError);
    expect(asked.get(3)).toBeInstanceOf(StoppedError);
    expect(asked.has(1)).toBe(false);
    await clock.advance(1_000);
    await finished;
    expect(asked.get(1)).toBeInstanceOf(StoppedError);
    ask(4);
    await settled();
    expect(asked.get(4)).toBeInstanceOf(StoppedError);
  });

  it.each(['pause', 'halt'] as const)('send nothing after a %s that came while they were put', async (how) => {
    const { sender, transport, circuit, clock, asked, ask } = senderWith(each(() => ok));
    circuit.misdirected(circuit.sent(), '401 Unauthorized', undefined);
    let answer: (holding: Holding) => void = () => undefined;
    transport.onHolds = () => new Promise((resolve) => (answer = resolve));
    ask(1);
    await clock.advance(250);
    expect(transport.asked).toEqual([1]);
    sender[how]();
    answer(noAnswer());
    await settled();
    expect(asked.get(1)).toEqual(noAnswer());
    expect(transport.sent).toEqual([]);
  });
});

describe('holding and ending', () => {
  it('sends nothing while paused, and everything after', async () => {
    const { sender, transport, answers, sendAll } = senderWith(each(() => ok));
    sender.pause();
    sendAll(1, 5);
    await settled();
    expect(transport.requests).toEqual([]);
    sender.resume();
    await settled();
    expect(transport.sent).toEqual([1, 2, 3, 4, 5]);
    expect(answers.size).toBe(5);
  });

  it('takes a withdrawn entry out of the queue, and leaves one that is under way', async () => {
    const { sender, transport, answers, sendAll } = senderWith(hang, { inFlightMax: 1 });
    sendAll(1, 3);
    await settled();
    sender.withdraw(1 as Sequence, new WithdrawnError());
    sender.withdraw(2 as Sequence, new WithdrawnError());
    transport.open[0]!.answer(ok);
    await settled();
    expect(answers.get(1)).toEqual(ok);
    expect(answers.get(2)).toBeInstanceOf(WithdrawnError);
    expect(transport.sent).toEqual([1, 3]);
  });

  it('lets what is under way finish within the deadline; what is queued ends at once', async () => {
    const { sender, transport, answers, sendAll, clock } = senderWith(hang, { inFlightMax: 1 });
    sendAll(1, 2);
    await settled();
    sender.halt();
    const finished = sender.finish(1_000);
    await settled();
    expect(answers.get(2)).toBeInstanceOf(StoppedError);
    transport.open[0]!.answer(ok);
    await finished;
    expect(answers.get(1)).toEqual(ok);
    expect(clock.pending).toBe(0);
  });

  it('gives up what is under way after the deadline, also when its answer comes later', async () => {
    const { sender, transport, answers, sendAll, clock } = senderWith(hang);
    sendAll(1, 2);
    await settled();
    sender.halt();
    const finished = sender.finish(1_000);
    await clock.advance(1_000);
    await finished;
    expect(answers.get(1)).toBeInstanceOf(StoppedError);
    transport.open[0]!.answer(ok);
    await settled();
    expect(answers.get(1)).toBeInstanceOf(StoppedError);
  });

  it('takes nothing any more once it was ended', async () => {
    const { sender, answers, send, transport } = senderWith(each(() => ok));
    sender.halt();
    await sender.finish(1_000);
    send(1);
    await settled();
    expect(answers.get(1)).toBeInstanceOf(StoppedError);
    expect(transport.requests).toEqual([]);
  });

  it('does not send again, out of a batch that is refused, an entry that was given up meanwhile', async () => {
    const { sender, transport, answers, sendAll } = senderWith(hang, { batchMax: 10 });
    sendAll(1, 3);
    await settled();
    sender.withdraw(2 as Sequence, new WithdrawnError());
    transport.open[0]!.answer(status(413));
    await settled();
    expect(answers.get(2)).toBeInstanceOf(WithdrawnError);
    expect(transport.requests).toEqual([[1, 2, 3], [1], [3]]);
  });

  it('does not begin to split a batch that is refused during the end', async () => {
    const { sender, answers, sendAll, transport } = senderWith(hang, { batchMax: 2 });
    sendAll(1, 2);
    await settled();
    sender.halt();
    const finished = sender.finish(1_000);
    transport.open[0]!.answer(status(413));
    await finished;
    await settled();
    expect(transport.requests).toHaveLength(1);
    expect(answers.get(1)).toBeInstanceOf(StoppedError);
    expect(answers.get(2)).toBeInstanceOf(StoppedError);
  });
});

describe('a transport that breaks its promise', () => {
  it('tells those who wait when it throws', async () => {
    const { transport, answers, send } = senderWith(hang);
    send(1);
    await settled();
    transport.open[0]!.fail(new Error('bug'));
    await settled();
    expect(answers.get(1)).toEqual(new Error('bug'));
  });

  it('does not guess whose answer is missing', async () => {
    const { answers, sendAll } = senderWith(() => [ok], { batchMax: 2 });
    sendAll(1, 2);
    await settled();
    expect(answers.get(1)).toMatchObject({ code: 'BROKEN_TRANSPORT' });
    expect(answers.get(2)).toMatchObject({ code: 'BROKEN_TRANSPORT' });
  });
});
