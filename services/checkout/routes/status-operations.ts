import type { Operation } from '../../../shared/openapi/index.js';
import { statusSchema } from '../answers/status-answer.js';

/** What `statusRoutes` does. */
export const statusOperations: readonly Operation[] = [
  {
    ...{ method: 'get', path: '/status', id: 'readStatus', tag: 'Watching', access: 'open' },
    summary: 'Shows how far the log and each destination are, and why the low-water mark stands where it stands.',
    answers: [
      {
        status: 200,
        description:
          'As of now. It is answered within about a second also while the delivery thread hangs: see `deliveryThread`.',
        schema: statusSchema,
        example: {
          log: {
            ...{ firstSequence: 1, durableSequence: 4, lowWaterMark: 1, segments: 1, bytes: 1184, backlogBytes: 888 },
            markReason:
              'held at 1: finance has not taken 2 in 3 attempts, next at 2026-11-23T07:21:34.120Z, 503 Service Unavailable',
          },
          disk: {
            ...{ availableBytes: 53_687_091_200, totalBytes: 107_374_182_400, reserveBytes: 67_108_864 },
            ...{ resumeBytes: 83_886_080, state: 'room', refusing: false },
          },
          admission: { pending: 0, pendingMax: 1024, refusing: null, backlogBytesMax: null },
          deliveryThread: 'answers',
          destinations: {
            finance: {
              ...{ state: 'served', cursor: 4, pending: 3, inFlight: 0, retrying: 3, parked: 0 },
              ...{ circuit: 'closed', circuitReason: null, circuitSince: null, nextProbeAt: null, paused: false },
              ...{
                ratePerSecond: null,
                catchingUp: false,
                oldestPendingSeconds: 3,
                lastError: '503 Service Unavailable',
              },
              counts: {
                attempts: 9,
                results: { confirmed: 1, refused: 0, misdirected: 0, failed: 8, 'no-answer': 0 },
                ...{ confirmed: 1, parked: 0, repeats: { restart: 0, other: 0 } },
                ...{ checks: { held: 0, notHeld: 0, noAnswer: 0 }, repeatsSaved: 0 },
              },
            },
          },
          recovery: { durationMs: 157, tornBytes: 0, replayed: 3, unknownBefore: 0 },
        },
      },
    ],
  },
];
