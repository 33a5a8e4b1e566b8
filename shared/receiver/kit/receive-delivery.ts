import { Problem, problems, type RequestNotes } from '../../http/index.js';

import { deliveryProblems } from './delivery-problems.js';
import type { Delivery } from './parse-delivery.js';
import { idOf } from './parse-unchecked.js';
import type {
  DeliveryAnswer,
  EventResult,
  IdentifiedEvent,
  Inbox,
  ObserveResult,
  ParseEvent,
  ReceiveOutcome,
  ReceiverLog,
} from './types.js';

export interface ReceiveDeliveryOptions<Event> {
  readonly inbox: Inbox<Event>;
  readonly parse: ParseEvent<Event>;
  readonly observe: ObserveResult;
  readonly log: ReceiverLog;
}

/** Hands a delivery's events to the inbox; resolves with the answer once all that it says is durable. */
export type ReceiveDelivery = (delivery: Delivery, webhookId: string, notes: RequestNotes) => Promise<DeliveryAnswer>;

/**
 * What a fault means depends on the delivery: alone, an event that cannot be taken is a problem for the whole request; in a
 * batch it is a result among results, and its neighbours are taken.
 */
export function createReceiveDelivery<Event extends IdentifiedEvent>(
  options: ReceiveDeliveryOptions<Event>,
): ReceiveDelivery {
  const { inbox, observe, log } = options;
  const parse = refusing(options.parse);

  const receive = async (
    given: unknown,
    notes: RequestNotes,
    webhookId?: string,
  ): Promise<{ id: string; status: 'applied' | 'duplicate' }> => {
    const event = parse(given);
    const { id, sequence } = event.data;
    if (webhookId !== undefined && webhookId !== id) throw deliveryProblems.webhookIdMismatch();
    if (webhookId !== undefined) Object.assign(notes, { id, ...(sequence !== undefined && { sequence }) });
    const { status } = await stored(inbox.receive(event));
    log.debug({ ...requestOf(notes), id, sequence, result: status }, 'received an event');
    if (status === 'conflict') throw deliveryProblems.conflictingEvent();
    return { id, status };
  };

  const receiveObserved = async (given: unknown, notes: RequestNotes, webhookId?: string) => {
    try {
      const result = await receive(given, notes, webhookId);
      observe(result.status);
      return result;
    } catch (error) {
      observe(isRefusal(error) ? 'rejected' : 'retry');
      throw error;
    }
  };

  const receiveAmongOthers = async (given: unknown, notes: RequestNotes): Promise<EventResult> => {
    try {
      return await receiveObserved(given, notes);
    } catch (error) {
      const id = idOf(given);
      if (isRefusal(error)) return { id, status: 'rejected', detail: describe(error) };
      log.error({ ...requestOf(notes), err: error, id }, 'an event of a batch could not be stored');
      return { id, status: 'retry', detail: 'It could not be stored, and nothing of it was kept; the log says why.' };
    }
  };

  return async (delivery, webhookId, notes) => {
    if (delivery.kind === 'batch')
      return { results: await Promise.all(delivery.events.map((event) => receiveAmongOthers(event, notes))) };
    const { status } = await receiveObserved(delivery.event, notes, webhookId);
    return { status };
  };
}

/** Whatever stops an event from being parsed is a problem of the event. */
function refusing<Event>(parse: ParseEvent<Event>): ParseEvent<Event> {
  return (given) => {
    try {
      return parse(given);
    } catch (error) {
      if (error instanceof Problem) throw error;
      const detail = error instanceof Error ? error.message : String(error);
      throw problems.invalidBody([{ detail, pointer: '#' }]);
    }
  };
}

/** Whatever stops an event from being stored is none: it must not be taken for an answer about it, whatever status it bears. */
async function stored(receiving: Promise<ReceiveOutcome>): Promise<ReceiveOutcome> {
  try {
    return await receiving;
  } catch (error) {
    throw problems.internal(error);
  }
}

/** Which request a line is about, where requests have ids. */
function requestOf({ requestId, traceId }: RequestNotes): object {
  return { ...(requestId !== undefined && { requestId }), ...(traceId !== undefined && { traceId }) };
}

function isRefusal(error: unknown): error is Problem {
  return error instanceof Problem && error.status < 500;
}

function describe(problem: Problem): string {
  if (!problem.errors) return problem.message;
  return problem.errors.map(({ detail, pointer }) => `${pointer} ${detail}`).join('; ');
}
