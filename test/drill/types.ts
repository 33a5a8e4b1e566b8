import type { CrashAt } from '../../shared/crash-points/crash-at.js';
import type { ReceiverName, ServiceName } from '../../shared/shop-client/service-names.js';
import type { CheckoutStatus } from '../../shared/shop-client/shop-answers.js';
import type { Weather } from '../soak/weather.js';

/**
 * How a life of a service is ended:
 * - **kill**: by SIGKILL, at whatever it is doing.
 * - **kill-starting**: by SIGKILL, so long after its start, which is often before it is ready.
 * - **crash-point**: by itself, at a named point of its code, which was armed when it was started.
 */
export type Blow = {
  /** How long the service stays down after it. */
  readonly downMs: number;
} & (
  | { readonly kind: 'kill' }
  | { readonly kind: 'kill-starting'; readonly afterMs: number }
  | { readonly kind: 'crash-point'; readonly at: CrashAt }
);

/** What is done to one service in a round: one blow, or some in a row. After the last one it lives on. */
export interface Fall {
  readonly service: ServiceName;
  /** Since the first fall of the round began. */
  readonly delayMs: number;
  readonly blows: readonly Blow[];
}

/** Sales in some weather, and services that die in it, at the same time if there are several. Then the weather clears. */
export interface Round {
  /** A receiver that dies is well when it is started again: faults live in memory. */
  readonly weather: Readonly<Record<ReceiverName, Weather>>;
  /** How long it lasts before anyone dies. */
  readonly salesMs: number;
  /** Of different services. */
  readonly falls: readonly Fall[];
}

/** What ended a life in the end: a crash point that was not reached in time is a SIGKILL. */
export type Cause = 'SIGKILL' | 'crash point';

/** What was seen of one death, and of the life after it. */
export interface Death {
  readonly service: ServiceName;
  readonly cause: Cause;
  /** The point that was armed, if one was; with `SIGKILL` as cause it was not reached. */
  readonly armed: CrashAt | undefined;
  /** From the kill to the first yes of `/readyz`, without the time it was left down. Undefined: it was killed before that. */
  readonly readyMs: number | undefined;
  /** From the kill to the first delivery that came through, counted in the same way; only where nothing else held it up. */
  readonly firstDeliveryMs: number | undefined;
  /** What the checkout's `/status` says of the start after it. */
  readonly recovery: CheckoutStatus['recovery'] | undefined;
  /** What the receivers were sent in the life after it although they had it. Undefined: others died in the same round. */
  readonly repeats: Readonly<Record<ReceiverName, number>> | undefined;
}

/** What came of a round. */
export interface RoundResult {
  readonly deaths: readonly Death[];
  /** What each receiver was sent in it although it had it: at least so many, if it died more than once. */
  readonly repeats: Readonly<Record<ReceiverName, number>>;
}
