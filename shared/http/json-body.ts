import type { RequestHandler } from 'express';

import { parseJson } from './parse-json.js';
import { problems } from './problems.js';
import { readBody } from './read-body.js';

const mediaType = 'application/json';
/** JSON has one encoding; whoever announces another has sent other bytes than it means. */
const otherCharset = /;\s*charset\s*=\s*(?!"?utf-?8"?\s*(?:;|$))/i;

const notJson = () => problems.unsupportedMediaType(`Send the body as ${mediaType}, in UTF-8.`);

const requireJson: RequestHandler = (request, _response, next) => {
  const type = request.headers['content-type'];
  // The first alone is what nearly everyone sends, and costs nothing.
  if (type === mediaType || (request.is(mediaType) === mediaType && !otherCharset.test(type ?? ''))) next();
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
  } else {
    void requireJson(request, response, (error?: unknown) => {
      if (error === undefined) parseRaw(request, response, next);
      else next(error);
    });
  }
};

/** Parses a JSON body of at most `limitBytes` into `request.body`. Anything else than JSON is 415, broken JSON 400. */
export function jsonBody(limitBytes: number): RequestHandler[] {
  return [...rawJsonBody(limitBytes), parseRaw];
}

/** Like `jsonBody`, for a route whose body may be left out: `request.body` is `{}` then. */
export function optionalJsonBody(limitBytes: number): RequestHandler[] {
  return [readBody(limitBytes), parseRawIfAny];
}

/** Leaves a JSON body of at most `limitBytes` unparsed, as a Buffer in `request.body`: signatures are over raw bytes. */
export function rawJsonBody(limitBytes: number): RequestHandler[] {
  return [requireJson, readBody(limitBytes)];
}
