import type { PurchaseEvent } from '../../../shared/purchase/index.js';

import { signDelivery } from '../sign-delivery.js';
import type { TestEvents } from '../test-events.js';
import type { Deliver, Delivery, ReceiverAnswer } from '../types.js';

/** What checks are made with. */
export interface CheckContext {
  readonly deliver: Deliver;
  readonly events: TestEvents;
  /** Newest first. */
  readonly secrets: readonly [string, ...string[]];
  /** Known to nobody else. */
  readonly strangeSecret: string;
  /** Events that were refused because of who sent them: each must still be unknown. */
  readonly turnedAway: PurchaseEvent[];
}

/** An event as the checkout would send it now. */
export function signedEvent({ secrets }: CheckContext, event: PurchaseEvent): Delivery {
  return signDelivery(JSON.stringify(event), { id: event.data.id, secret: secrets[0] });
}

/** Delivers an event that must be turned away, and remembers it if it was. */
export async function deliverUnwelcome(
  { deliver, turnedAway }: CheckContext,
  event: PurchaseEvent,
  delivery: Delivery,
): Promise<ReceiverAnswer> {
  const answer = await deliver(delivery);
  if (answer.kind === 'status' && answer.status >= 400 && answer.status <= 499) turnedAway.push(event);
  return answer;
}

/** The first answer of several that is not as it must be, else the last. */
export function worstOf<T extends { readonly outcome: string }>(verdicts: readonly [T, ...T[]]): T {
  const of = (outcome: string) => verdicts.find((verdict) => verdict.outcome === outcome);
  return of('WRONG') ?? of('note') ?? verdicts[0];
}
