import type { Request, RequestHandler, Response } from 'express';

import { notesOf, Problem, readTrace, sendProblem } from '../../http/index.js';

import type { FullDisk } from './full-disk.js';
import { parseDelivery } from './parse-delivery.js';
import type { ReadRawBody } from './raw-body.js';
import type { ReceiveDelivery } from './receive-delivery.js';
import type { SignatureCheck, Signed } from './signature-check.js';
import type { DeliveryAnswer, ObserveResult, ObserveSignature, ReceiverLog } from './types.js';

export interface EventsHandlerOptions {
  readonly readRawBody: ReadRawBody;
  readonly checkSignature: SignatureCheck;
  readonly eventsMax: number;
  readonly receive: ReceiveDelivery;
  readonly fullDisk: FullDisk;
  readonly observe: ObserveResult;
  readonly observeSignature: ObserveSignature;
  readonly send: (response: Response, answer: DeliveryAnswer) => void;
  readonly log: ReceiverLog;
}

/**
 * Takes one delivery: reads its bytes, checks who signed them, and answers when what it holds is on disk. Refusals are answered as
 * problems; what nobody foresaw goes to the app's own error handler.
 */
export function eventsHandler(options: EventsHandlerOptions): RequestHandler {
  return async (request, response, next) => {
    try {
      options.send(response, await answerDelivery(request, response, options));
    } catch (error) {
      if (error instanceof Problem && error.code !== 'internal') refuse(response, error, options.log);
      else next(error);
    }
  };
}

async function answerDelivery(
  request: Request,
  response: Response,
  options: EventsHandlerOptions,
): Promise<DeliveryAnswer> {
  const raw = await options.readRawBody(request, response);
  const { webhookId, by } = requireSignature(request, raw, options);
  options.observeSignature(by);
  const delivery = parseDelivery(raw, options.eventsMax);
  const notes = notesOf(response);
  const traceId = notes.traceId ?? readTrace(request.headers)?.traceId;
  if (traceId !== undefined) notes.traceId = traceId;
  return options.fullDisk.orComeBack(() => options.receive(delivery, webhookId, notes));
}

function requireSignature(request: Request, raw: Buffer, options: EventsHandlerOptions): Signed {
  try {
    return options.checkSignature(request.headers, raw);
  } catch (error) {
    options.observe('unauthenticated');
    throw error;
  }
}

function refuse(response: Response, problem: Problem, log: ReceiverLog): void {
  // A sender cannot mend that: whoever runs the receiver must hear of it.
  const { requestId } = notesOf(response);
  if (problem.status === 500) log.error(requestId === undefined ? {} : { requestId }, problem.message);
  sendProblem(response, problem);
}
