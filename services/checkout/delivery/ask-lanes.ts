import type { LaneStatus } from '../../../shared/outbox/index.js';
import { withinTime } from '../../../shared/telemetry/index.js';
import type { DeliveryControl } from './delivery-control.js';

/** What the lanes do now, by destination. */
export type Lanes = Readonly<Record<string, LaneStatus>>;

/** The lanes; undefined: the delivery thread has not answered in time, or has ended. */
export type AskLanes = () => Promise<Lanes | undefined>;

const answerMsMaxDefault = 1000;

/**
 * Asks the delivery thread for its lanes, and waits a second at most: it may be deep inside SQLite or hang, and whoever wants to know
 * what is wrong asks just then.
 *
 * One question is under way at a time, however many wait for its answer. What was decided before somebody asks is in it all the same: the
 * thread answers in the order in which it was asked, and a decision whose answer is here came after every question that is answered.
 */
export function askLanes(delivery: Pick<DeliveryControl, 'status'>, answerMsMax = answerMsMaxDefault): AskLanes {
  let asking: Promise<Lanes | undefined> | undefined;
  return () => {
    asking ??= delivery
      .status()
      // That it has ended ends the process, which says why.
      .catch(() => undefined)
      .finally(() => {
        asking = undefined;
      });
    return withinTime(asking, answerMsMax);
  };
}
