import type { Request, RequestHandler, Response } from 'express';

import { rawJsonBody } from '../../http/index.js';

import { deliveryProblems } from './delivery-problems.js';

/** Where people keep the bytes of a body that they have parsed: `express.json({ verify })`, and what hosts of functions do. */
interface KeepsRawBody {
  readonly rawBody?: unknown;
}

/** The bytes of a JSON body as they came. */
export type ReadRawBody = (request: Request, response: Response) => Promise<Buffer>;

/**
 * Reads the bytes of a JSON body, at most so many, whatever ran before: nothing, `express.raw()`, or a parser that kept them as
 * `request.rawBody`.
 *
 * The reader throws Problem 415 for what is not JSON, 413 as `express.raw()` does, and Problem 500 when the bytes are gone:
 * JSON that is written again is not what was signed.
 */
export function rawBodyReader(bytesMax: number): ReadRawBody {
  const read = rawJsonBody(bytesMax);
  return async (request, response) => {
    const kept = keptBytes(request);
    // A parser that found no body has read nothing; there is nothing to miss.
    if (kept === undefined && request.readableDidRead) throw deliveryProblems.rawBodyGone();
    for (const handler of read) await passed(handler, request, response);
    return kept ?? keptBytes(request) ?? Buffer.alloc(0);
  };
}

/** Resolves when a handler hands on. @throws what it hands on */
async function passed(handler: RequestHandler, request: Request, response: Response): Promise<void> {
  const error = await new Promise<Error | undefined>((resolve) => {
    void handler(request, response, (fault?: unknown) => {
      resolve(fault as Error | undefined);
    });
  });
  if (error !== undefined) throw error;
}

function keptBytes(request: Request): Buffer | undefined {
  const { rawBody } = request as Request & KeepsRawBody;
  if (Buffer.isBuffer(rawBody)) return rawBody;
  const body: unknown = request.body;
  return Buffer.isBuffer(body) ? body : undefined;
}
