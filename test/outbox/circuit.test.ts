import { describe, expect, it } from '@jest/globals';

import { Circuit, type CircuitOptions } from '../../shared/outbox/circuit.js';
import { ManualClock } from '../support/manual-clock.js';
import { RecordingLog } from '../support/recording-log.js';

const defaults: CircuitOptions = {
  name: 'finance',
  inFlightMax: 16,
  circuitFailuresMax: 3,
  circuitDelayMsMin: 250,
  circuitDelayMsMax: 2_000,
  retryAfterMsMax: 60_000,
};

function circuitWith(options: Partial<CircuitOptions> = {}, random = () => 1) {
  const clock = new ManualClock();
  const log = new RecordingLog();
  let admittings = 0;
  const circuit = new Circuit(
    { ...defaults, ...options },
    { clock, random, log, onAdmitting: () => (admittings += 1) },
  );
  const fail = (retryAfterMs?: number) => {
    circuit.failed(circuit.sent(), '503 Service Unavailable', retryAfterMs);
  };
  const succeed = () => {
    circuit.alive(circuit.sent(), 1);
  };
  const open = () => {
    for (let failure = 0; failure < defaults.circuitFailuresMax; failure += 1) fail();
  };
  return { circuit, clock, log, fail, succeed, open, admittings: () => admittings };
}

/** How many requests may be under way at a time. */
function slots(circuit: Circuit): number {
  let requests = 0;
  while (requests < 1_000 && circuit.admits(requests)) requests += 1;
  return requests;
}

describe('a closed circuit', () => {
  it('starts with every slot', () => {
    const { circuit } = circuitWith();
    expect(circuit.state).toBe('closed');
    expect(slots(circuit)).toBe(16);
  });

  it('opens after so many failures in a row', () => {
    const { circuit, fail } = circuitWith();
    fail();
    fail();
    expect(circuit.state).toBe('closed');
    fail();
    expect(circuit.state).toBe('open');
    expect(circuit.openings).toBe(1);
  });

  it('says since when it is open, however often a probe fails: an operator must see how long the outage lasts', async () => {
    const { circuit, clock, open, fail, succeed } = circuitWith();
    expect(circuit.status.circuitSince).toBeNull();
    const openedAt = clock.now();
    open();
    for (let probe = 0; probe < 3; probe += 1) {
      await clock.advance(2_000);
      expect(circuit.state).toBe('half-open');
      expect(circuit.status.circuitSince).toBe(openedAt);
      fail();
    }
    await clock.advance(2_000);
    succeed();
    expect(circuit.status.circuitSince).toBeNull();
    await clock.advance(1_000);
    open();
    expect(circuit.status.circuitSince).toBe(clock.now());
  });

  it('begins to count anew after each answer that shows the destination alive', () => {
    const { circuit, fail, succeed } = circuitWith();
    for (let round = 0; round < 10; round += 1) {
      fail();
      fail();
      succeed();
    }
    expect(circuit.state).toBe('closed');
    expect(circuit.successes).toBe(10);
  });

  it('takes a refused entry for a sign of life, not for a success', () => {
    const { circuit, fail } = circuitWith();
    fail();
    fail();
    circuit.alive(circuit.sent(), 0);
    fail();
    expect(circuit.state).toBe('closed');
    expect(circuit.successes).toBe(0);
  });

  it('opens at once when the destination says that it is not the one', () => {
    const { circuit, log } = circuitWith();
    circuit.misdirected(circuit.sent(), '401 Unauthorized', undefined);
    expect(circuit.state).toBe('open');
    expect(log.lines).toMatchObject([
      { level: 'error', fields: { destination: 'finance', reason: '401 Unauthorized' } },
    ]);
  });
});

describe('an open circuit', () => {
  it('sends nothing until its time has come, then one probe', async () => {
    const { circuit, clock, open, admittings } = circuitWith();
    open();
    expect(slots(circuit)).toBe(0);
    await clock.advance(249);
    expect(circuit.state).toBe('open');
    await clock.advance(1);
    expect(circuit.state).toBe('half-open');
    expect(admittings()).toBe(1);
    expect(circuit.admits(0)).toBe(true);
    circuit.sent();
    expect(circuit.admits(1)).toBe(false);
    expect(circuit.admits(0)).toBe(false);
  });

  it('waits longer after each failed probe, up to a maximum', async () => {
    const { circuit, clock, fail, open } = circuitWith();
    open();
    for (const delay of [250, 500, 1_000, 2_000, 2_000, 2_000]) {
      await clock.advance(delay - 1);
      expect(circuit.state).toBe('open');
      await clock.advance(1);
      expect(circuit.state).toBe('half-open');
      fail();
    }
  });

  it('draws at least half of the delay, so that probes are neither in step nor without pause', async () => {
    const { circuit, clock, open } = circuitWith({}, () => 0);
    open();
    await clock.advance(124);
    expect(circuit.state).toBe('open');
    await clock.advance(1);
    expect(circuit.state).toBe('half-open');
  });

  it.each([
    [7_000, 7_000],
    [86_400_000, 60_000],
    [10, 250],
  ])('observes a Retry-After of %i ms for %i ms', async (asked, observed) => {
    const { circuit, clock, fail } = circuitWith({ circuitFailuresMax: 1 });
    fail(asked);
    await clock.advance(observed - 1);
    expect(circuit.state).toBe('open');
    await clock.advance(1);
    expect(circuit.state).toBe('half-open');
  });

  it.each(['failed', 'misdirected'] as const)('observes the Retry-After of a probe that %s, too', async (how) => {
    const { circuit, clock, open } = circuitWith();
    open();
    await clock.advance(250);
    circuit[how](circuit.sent(), '429 Too Many Requests', 7_000);
    await clock.advance(6_999);
    expect(circuit.state).toBe('open');
    await clock.advance(1);
    expect(circuit.state).toBe('half-open');
  });

  it('is not moved by answers to requests that were sent before it opened', () => {
    const { circuit, open } = circuitWith();
    const early = circuit.sent();
    open();
    circuit.alive(early, 1);
    expect(circuit.state).toBe('open');
    expect(circuit.successes).toBe(1);
    circuit.failed(early, 'late', undefined);
    circuit.misdirected(early, 'late', undefined);
    expect(circuit.openings).toBe(1);
  });

  it('sets no timer once it is stopped, also when what was under way fails: the process would wait for it', () => {
    const { circuit, clock, open } = circuitWith();
    const late = circuit.sent();
    open();
    circuit.stop();
    expect(clock.pending).toBe(0);
    const other = circuitWith();
    other.circuit.stop();
    other.circuit.misdirected(late, '401 Unauthorized', 60_000);
    expect(other.circuit.state).toBe('open');
    expect(other.clock.pending).toBe(0);
  });
});

describe('a half-open circuit', () => {
  async function halfOpen(options: Partial<CircuitOptions> = {}) {
    const made = circuitWith(options);
    made.open();
    await made.clock.advance(250);
    expect(made.circuit.state).toBe('half-open');
    return made;
  }

  it.each([
    ['a yes', 1],
    ['a refused entry', 0],
  ])('closes after %s', async (_, confirmed) => {
    const { circuit } = await halfOpen();
    circuit.alive(circuit.sent(), confirmed);
    expect(circuit.state).toBe('closed');
  });

  it('opens again after one failure of any kind', async () => {
    const first = await halfOpen();
    first.fail();
    expect(first.circuit).toMatchObject({ state: 'open', openings: 2 });
    const second = await halfOpen();
    second.circuit.misdirected(second.circuit.sent(), '404 Not Found', undefined);
    expect(second.circuit).toMatchObject({ state: 'open', openings: 2 });
  });

  it('ramps up after closing: a destination that has just come back is not run over', async () => {
    const { circuit, succeed } = await halfOpen();
    const seen: number[] = [];
    for (let success = 0; success < 7; success += 1) {
      succeed();
      seen.push(slots(circuit));
    }
    expect(seen).toEqual([1, 2, 4, 8, 16, 16, 16]);
  });

  it('waits the shortest time again when it opens after having been closed', async () => {
    const { circuit, clock, fail, succeed, open } = await halfOpen();
    fail();
    await clock.advance(500);
    succeed();
    open();
    await clock.advance(250);
    expect(circuit.state).toBe('half-open');
  });

  it('does not take the answer to an earlier request for that of its probe', async () => {
    const { circuit, open, clock } = circuitWith();
    const early = circuit.sent();
    open();
    await clock.advance(250);
    circuit.alive(early, 1);
    expect(circuit.state).toBe('half-open');
    expect(circuit.admits(0)).toBe(true);
  });
});

describe('what people are told', () => {
  const nothing = { circuitReason: null, circuitSince: null, nextProbeAt: null };

  it('says why it opened, since when, and when the next probe comes; and nothing while it is closed', async () => {
    const { circuit, clock, succeed, open } = circuitWith();
    expect(circuit.status).toEqual(nothing);
    open();
    const circuitSince = clock.now();
    const told = { circuitReason: '503 Service Unavailable', circuitSince };
    expect(circuit.status).toEqual({ ...told, nextProbeAt: circuitSince + 250 });
    await clock.advance(250);
    expect(circuit.status).toEqual({ ...told, nextProbeAt: null });
    circuit.failed(circuit.sent(), 'connect ECONNREFUSED', 7_000);
    expect(circuit.status).toEqual({
      ...told,
      circuitReason: 'connect ECONNREFUSED',
      nextProbeAt: clock.now() + 7_000,
    });
    await clock.advance(7_000);
    succeed();
    expect(circuit.status).toEqual(nothing);
  });

  it('says so when an outage turns into a wrong address or secret: that is what a person must mend', async () => {
    const { circuit, clock, open } = circuitWith();
    open();
    const circuitSince = clock.now();
    await clock.advance(250);
    circuit.misdirected(circuit.sent(), '401 Unauthorized', undefined);
    expect(circuit.status).toMatchObject({ circuitReason: '401 Unauthorized', circuitSince });
    await clock.advance(500);
    circuit.failed(circuit.sent(), '503 Service Unavailable', undefined);
    // Mended as far as that went: what it lacks now is what people must be told.
    expect(circuit.status).toMatchObject({ circuitReason: '503 Service Unavailable', circuitSince });
  });

  it('hears of an outage once when it begins and once when it ends', async () => {
    const { clock, log, fail, succeed, open } = circuitWith();
    open();
    for (let probe = 0; probe < 50; probe += 1) {
      await clock.advance(2_000);
      fail();
    }
    await clock.advance(2_000);
    succeed();
    succeed();
    expect(log.levels()).toEqual(['warn', 'info']);
  });

  it('hears once, and loudly, when an outage turns into a wrong address or secret', async () => {
    const { circuit, clock, log, open, succeed } = circuitWith();
    open();
    for (let probe = 0; probe < 5; probe += 1) {
      await clock.advance(2_000);
      circuit.misdirected(circuit.sent(), '404 Not Found', undefined);
    }
    expect(log.levels()).toEqual(['warn', 'error']);
    await clock.advance(2_000);
    succeed();
    circuit.misdirected(circuit.sent(), '404 Not Found', undefined);
    expect(log.levels()).toEqual(['warn', 'error', 'info', 'error']);
  });
});
