import { Router } from 'express';

import type { Journal } from '../../../shared/journal/index.js';
import type { AnswerOf } from '../../../shared/openapi/index.js';
import type { statusSchema } from '../answers/status-answer.js';
import type { AdmissionStatus } from '../admission/admission.js';
import type { AskLanes } from '../delivery/ask-lanes.js';
import { describeMark } from '../describe-mark.js';

type Status = AnswerOf<typeof statusSchema>;

/**
 * `GET /status`: log and why its mark stands where it stands, disk, whether purchases are taken, destinations, recovery. It is answered
 * also while the delivery thread does not answer: with what is on record, and null for what only that thread knows.
 */
export function statusRoutes(
  journal: Journal,
  lanesNow: AskLanes,
  configured: readonly string[],
  now: () => number,
  admission: () => AdmissionStatus,
): Router {
  const router = Router();
  router.route('/status').get(async (_request, response) => {
    const [lanes, progress] = await Promise.all([lanesNow(), journal.progress()]);
    const destinations = Object.entries(progress.destinations).map(([name, recorded]) => {
      const { owed, cursor, pending, retrying, parked, paused, oldestPendingAt } = recorded;
      const lane = lanes?.[name];
      /** What it is without a lane: null while nobody knows. */
      const otherwise = <Value>(value: Value) => (lanes ? value : null);
      const status: Status['destinations'][string] = {
        // What is owed to it and not configured stays on record, holds the mark, and is delivered by nobody.
        state: owed ? (configured.includes(name) ? 'served' : 'missing') : 'removed',
        cursor,
        pending,
        inFlight: lane?.inFlight ?? otherwise(0),
        retrying,
        parked,
        circuit: lane?.circuit ?? otherwise('closed'),
        circuitReason: lane?.circuitReason ?? null,
        circuitSince: isoTime(lane?.circuitSince),
        nextProbeAt: isoTime(lane?.nextProbeAt),
        paused,
        ratePerSecond: lane?.ratePerSecond ?? null,
        catchingUp: lane?.catchingUp ?? otherwise(false),
        oldestPendingSeconds:
          oldestPendingAt === undefined ? 0 : Math.max(0, Math.round((now() - oldestPendingAt) / 1000)),
        lastError: lane?.lastError ?? null,
        counts: lane?.counts ?? null,
      };
      return [name, status] as const;
    });
    const { durationMs, tornBytes, replayed, unknownBefore } = journal.recovery;
    response.json({
      log: { ...progress.log, markReason: describeMark(progress, { configured, lanes, now: now() }) },
      disk: journal.disk() ?? null,
      admission: { ...admission(), backlogBytesMax: journal.backlog()?.bytesMax ?? null },
      deliveryThread: lanes ? 'answers' : 'silent',
      destinations: Object.fromEntries(destinations),
      recovery: { durationMs, tornBytes, replayed, unknownBefore },
    } satisfies Status);
  });
  return router;
}

function isoTime(at: number | null | undefined): string | null {
  return typeof at === 'number' ? new Date(at).toISOString() : null;
}
