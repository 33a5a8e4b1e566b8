import express, { type RequestHandler } from 'express';

import { parseJson } from './parse-json.js';
import { problems } from './problems.js';

const mediaType = 'application/json';

const requireJson: RequestHandler = (request, _response, next) => {
  if (request.is(mediaType) === mediaType) next();
  else next(problems.unsupportedMediaType(`Send the body as ${mediaType}.`));
};

const parseRaw: RequestHandler = (request, _response, next) => {
  const body: unknown = request.body;
  request.body = parseJson(Buffer.isBuffer(body) ? body : Buffer.alloc(0));
  next();
};

/** Parses a JSON body of at most `limitBytes` into `request.body`. Anything else than JSON is 415, broken JSON 400. */
export function jsonBody(limitBytes: number): RequestHandler[] {
  return [...rawJsonBody(limitBytes), parseRaw];
}

/** Leaves a JSON body of at most `limitBytes` unparsed, as a Buffer in `request.body`: signatures are over raw bytes. */
export function rawJsonBody(limitBytes: number): RequestHandler[] {
  return [requireJson, express.raw({ type: () => true, limit: limitBytes, inflate: false })];
}
