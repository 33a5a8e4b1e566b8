import express, { type RequestHandler } from 'express';

import { parseJson } from './parse-json.js';
import { problems } from './problems.js';

const mediaType = 'application/json';

const notJson = () => problems.unsupportedMediaType(`Send the body as ${mediaType}.`);

const requireJson: RequestHandler = (request, _response, next) => {
  if (request.is(mediaType) === mediaType) next();
  else next(notJson());
};

const parseRaw: RequestHandler = (request, _response, next) => {
  const body: unknown = request.body;
  request.body = parseJson(Buffer.isBuffer(body) ? body : Buffer.alloc(0));
  next();
};

/** Where there is no body, it does not matter whether a content type is given for it, nor which. */
const parseRawIfAny: RequestHandler = (request, response, next) => {
  const body: unknown = request.body;
  if (!Buffer.isBuffer(body) || body.length === 0) {
    request.body = {};
    next();
  } else if (request.is(mediaType) === mediaType) {
    parseRaw(request, response, next);
  } else {
    next(notJson());
  }
};

/** Parses a JSON body of at most `limitBytes` into `request.body`. Anything else than JSON is 415, broken JSON 400. */
export function jsonBody(limitBytes: number): RequestHandler[] {
  return [...rawJsonBody(limitBytes), parseRaw];
}

/** Like `jsonBody`, for a route whose body may be left out: `request.body` is `{}` then. */
export function optionalJsonBody(limitBytes: number): RequestHandler[] {
  return [rawBody(limitBytes), parseRawIfAny];
}

/** Leaves a JSON body of at most `limitBytes` unparsed, as a Buffer in `request.body`: signatures are over raw bytes. */
export function rawJsonBody(limitBytes: number): RequestHandler[] {
  return [requireJson, rawBody(limitBytes)];
}

function rawBody(limitBytes: number): RequestHandler {
  return express.raw({ type: () => true, limit: limitBytes, inflate: false });
}
