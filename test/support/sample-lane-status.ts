import type { EpochMs, LaneStatus } from '../../shared/outbox/index.js';

/** A lane whose destination is away. */
export const sampleLaneStatus: LaneStatus = {
  inFlight: 3,
  held: 3,
  circuit: 'open',
  circuitReason: '503 Service Unavailable',
  circuitSince: Date.UTC(2027, 0, 15, 8, 0, 0) as EpochMs,
  nextProbeAt: Date.UTC(2027, 0, 15, 8, 0, 5) as EpochMs,
  paused: false,
  ratePerSecond: null,
  catchingUp: false,
  lastError: 'connect ECONNREFUSED',
  counts: {
    attempts: 40,
    results: { confirmed: 30, refused: 2, misdirected: 1, failed: 4, 'no-answer': 3 },
    confirmed: 30,
    parked: 2,
    repeats: { restart: 3, other: 4 },
    checks: { held: 5, notHeld: 6, noAnswer: 7 },
    repeatsSaved: 5,
  },
};
