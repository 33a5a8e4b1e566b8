import type { EpochMs, OutcomeState, Sequence } from '../../outbox/types.js';
import type { DeliveryRecord, DeliveryState } from '../types.js';

/** What the API thread reads of a delivery. */
export interface DeliveryRow {
  readonly sequence: Sequence;
  readonly destination: string;
  readonly state: DeliveryState | OutcomeState;
  readonly attempts: number;
  readonly at: EpochMs | null;
  readonly nextAttemptAt: EpochMs | null;
  readonly detail: string | null;
}

/** As people are told. */
export function toDelivery(row: DeliveryRow): DeliveryRecord {
  const { sequence, destination, attempts } = row;
  const state = toState(row);
  const detail = row.detail ?? undefined;
  const isPending = state === 'pending';
  return {
    sequence,
    destination,
    state,
    attempts,
    at: isPending ? undefined : (row.at ?? undefined),
    nextAttemptAt: isPending ? undefined : (row.nextAttemptAt ?? undefined),
    lastError: state === 'retrying' || state === 'parked' ? detail : undefined,
    reason: state === 'discarded' ? detail : undefined,
  };
}

/** What waits for others of its key, or did so and was not tried since, is pending to people. */
function toState({ state, attempts, detail }: DeliveryRow): DeliveryState {
  return state === 'held' || (state === 'retrying' && attempts === 0 && detail === '') ? 'pending' : state;
}
