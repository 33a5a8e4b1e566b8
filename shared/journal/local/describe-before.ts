import type { OutcomeState } from '../../outbox/types.js';

/** What is on record of a delivery. */
export interface DeliveryOnRecord {
  readonly state: OutcomeState;
  readonly attempts: number;
  /** What the destination said last, for those that are open. */
  readonly detail: string | null;
}

/** What had become of a delivery before a person decided about it: `parked after 3 attempts: 422 Unprocessable Entity: …`. */
export function describeBefore(delivery: DeliveryOnRecord | undefined): string {
  if (!delivery) return 'pending';
  const { state, attempts, detail } = delivery;
  const tried = `${state} after ${attempts} ${attempts === 1 ? 'attempt' : 'attempts'}`;
  return detail ? `${tried}: ${detail}` : tried;
}
