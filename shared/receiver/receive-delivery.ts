import { parseBody, Problem } from '../http/index.js';
import { eventSchema } from '../purchase/schemas.js';

import type { Delivery } from './parse-delivery.js';
import { receiverProblems } from './receiver-problems.js';
import type { EventResult, Inbox, ObserveResult, ReceiverLog } from './types.js';

/** The body of a 200. */
export type DeliveryAnswer =
  { readonly status: 'applied' | 'duplicate' } | { readonly results: readonly EventResult[] };

export interface ReceiveDeliveryOptions {
  readonly inbox: Inbox;
  readonly observe: ObserveResult;
  readonly log: ReceiverLog;
}

/** Hands a delivery's events to the inbox; resolves with the answer once all that it says is durable. */
export type ReceiveDelivery = (delivery: Delivery, webhookId: string) => Promise<DeliveryAnswer>;

/**
 * What a fault means depends on the delivery: alone, an event that cannot be taken is a problem for the whole request; in a
 * batch it is a result among results, and its neighbours are taken.
 */
export function createReceiveDelivery(options: ReceiveDeliveryOptions): ReceiveDelivery {
  const { inbox, observe, log } = options;

  const receive = async (
    given: unknown,
    webhookId?: string,
  ): Promise<{ id: string; status: 'applied' | 'duplicate' }> => {
    const event = parseBody(eventSchema, given);
    const { id, sequence } = event.data;
    if (webhookId !== undefined && webhookId !== id) throw receiverProblems.webhookIdMismatch();
    const { status } = await inbox.receive(event);
    log.debug({ id, sequence, result: status }, 'received an event');
    if (status === 'conflict') throw receiverProblems.conflictingEvent(id);
    return { id, status };
  };

  const receiveObserved = async (given: unknown, webhookId?: string) => {
    try {
      const result = await receive(given, webhookId);
      observe(result.status);
      return result;
    } catch (error) {
      observe(error instanceof Problem ? 'rejected' : 'retry');
      throw error;
    }
  };

  const receiveAmongOthers = async (given: unknown): Promise<EventResult> => {
    try {
      return await receiveObserved(given);
    } catch (error) {
      const id = idOf(given);
      if (error instanceof Problem) return { id, status: 'rejected', detail: describe(error) };
      log.error({ err: error, id }, 'an event of a batch could not be stored');
      return { id, status: 'retry', detail: 'It could not be stored, and nothing of it was kept; the log says why.' };
    }
  };

  return async (delivery, webhookId) => {
    if (delivery.kind === 'batch') return { results: await Promise.all(delivery.events.map(receiveAmongOthers)) };
    const { status } = await receiveObserved(delivery.event, webhookId);
    return { status };
  };
}

/** The id of something that may be no event at all. */
function idOf(given: unknown): string | null {
  const data = field(given, 'data');
  const id = field(data, 'id');
  return typeof id === 'string' ? id : null;
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

function describe(problem: Problem): string {
  if (!problem.errors) return problem.message;
  return problem.errors.map(({ detail, pointer }) => `${pointer} ${detail}`).join('; ');
}
