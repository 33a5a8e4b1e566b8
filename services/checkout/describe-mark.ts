import type { DeliveryRecord, JournalProgress } from '../../shared/journal/index.js';
import type { LaneStatus } from '../../shared/outbox/index.js';
import type { Lanes } from './delivery/ask-lanes.js';

export interface MarkSurroundings {
  /** Names in DESTINATIONS. What is on record under another name is missing there. */
  readonly configured: readonly string[];
  /** Undefined while the delivery thread does not tell. */
  readonly lanes: Lanes | undefined;
  readonly now: number;
}

/** What is known of a destination that holds the mark. */
interface Holder {
  readonly missing: boolean;
  /** It had confirmed the entry, and is delivered it again. */
  readonly again: boolean;
  readonly paused: boolean;
  readonly lane: LaneStatus | undefined;
  /** Nobody tells what its lane does. */
  readonly silent: boolean;
  readonly now: number;
}

/**
 * Why the low-water mark stands where it stands, in words for people: `held at 4711: finance parked 4712, 422 …`. Each
 * destination that holds it is named, with the one thing that must change first. Of what a destination said it repeats what is
 * on record as the last error, no more.
 */
export function describeMark(progress: JournalProgress, { configured, lanes, now }: MarkSurroundings): string {
  const { durableSequence, lowWaterMark } = progress.log;
  const { nextReadable, next, again, passedDiscarded } = progress.mark;
  const describe = (delivery: DeliveryRecord) => {
    const { destination } = delivery;
    return describeHolder(delivery, {
      missing: !configured.includes(destination),
      again: again.includes(delivery),
      paused: progress.destinations[destination]?.paused ?? false,
      lane: lanes?.[destination],
      silent: lanes === undefined,
      now,
    });
  };
  if (durableSequence === 0) return 'there is no purchase yet';
  if (lowWaterMark >= durableSequence) {
    const was = again.length === 0 ? 'is' : 'has been';
    const passed = `everything up to ${lowWaterMark} ${was} confirmed everywhere${passedDiscarded ? ', or was discarded' : ''}`;
    return [passed, ...again.map(describe), ...describeLatecomers(progress)].join('; but ');
  }
  if (!nextReadable) return `held at ${lowWaterMark}: ${lowWaterMark + 1} is not in the database yet`;
  const others = next.filter((delivery) => isOpen(delivery) && !isAmong(again, delivery));
  const reasons = [...again, ...others].map(describe);
  // Nothing holds it: what moves it is under way.
  return `held at ${lowWaterMark}: ${reasons.join('; ') || `${lowWaterMark + 1} is about to be passed`}`;
}

/** The mark never falls: those that came, or came back, after it had passed may lack what is below it. */
function describeLatecomers({ destinations, mark }: JournalProgress): string[] {
  return Object.entries(destinations)
    .filter(([destination, { pending }]) => pending > 0 && !isAmong(mark.again, { destination }))
    .map(([name, { pending }]) => `${name} came after that and still lacks ${pending} of it`);
}

/** Of a destination that is delivered one again, nothing else must change before that. */
function isAmong(again: readonly DeliveryRecord[], { destination }: Pick<DeliveryRecord, 'destination'>): boolean {
  return again.some((each) => each.destination === destination);
}

function isOpen({ state }: DeliveryRecord): boolean {
  return state !== 'confirmed' && state !== 'discarded';
}

/** What must change first comes first: nothing is sent to one that is missing, and no circuit closes while the lane is paused. */
function describeHolder(delivery: DeliveryRecord, { missing, again, paused, lane, silent, now }: Holder): string {
  const { sequence, destination, state, lastError } = delivery;
  if (missing) return `${destination} is on record but missing in DESTINATIONS`;
  if (state === 'parked')
    return `${destination} parked ${sequence}${again ? ' when it got it again' : ''}${because(lastError)}`;
  const unconfirmed = delivery.attempts === 0 ? 'yet' : `after ${attempts(delivery)}`;
  const waits = `${sequence} is ${again ? 'to be delivered again' : `not confirmed ${unconfirmed}`}`;
  if (paused) return `${destination} is paused, ${waits}${because(lastError)}`;
  if (lane && lane.circuitSince !== null) {
    const since = instant(lane.circuitSince);
    return `the circuit of ${destination} is open since ${since}, ${waits}${because(lane.lastError ?? lastError)}`;
  }
  if (again) {
    return `${destination} is being delivered ${sequence} again, next attempt ${nextAttempt(delivery, now)}${because(lastError)}`;
  }
  if (state === 'retrying' && delivery.attempts === 0) {
    return `${destination} is to say whether it has ${sequence}, next question ${nextAttempt(delivery, now)}${because(lastError)}`;
  }
  if (state === 'retrying') {
    return `${destination} has not taken ${sequence} in ${attempts(delivery)}, next ${nextAttempt(delivery, now)}${because(lastError)}`;
  }
  if (lane?.catchingUp) return `${destination} is catching up at ${lane.ratePerSecond} per second, ${waits}`;
  if (silent) return `${destination} has not confirmed ${sequence} yet, and the delivery thread does not answer`;
  return `${sequence} is on its way to ${destination}`;
}

/** One that is due waits for its turn. */
function nextAttempt({ nextAttemptAt }: DeliveryRecord, now: number): string {
  return nextAttemptAt !== undefined && nextAttemptAt > now ? `at ${instant(nextAttemptAt)}` : 'is due';
}

function attempts({ attempts: count }: DeliveryRecord): string {
  return `${count} ${count === 1 ? 'attempt' : 'attempts'}`;
}

function because(error: string | undefined): string {
  return error ? `, ${error}` : '';
}

function instant(ms: number): string {
  return new Date(ms).toISOString();
}
