import { createHash, timingSafeEqual } from 'node:crypto';

import type { RequestHandler } from 'express';

import { problems } from './problems.js';

const digest = (text: string) => createHash('sha256').update(text).digest();

/** Lets a request pass only with `Authorization: Bearer <token>`; compared in constant time. */
export function requireBearerToken(token: string): RequestHandler {
  const expected = digest(token);
  return (request, _response, next) => {
    const given = /^Bearer +(\S+)$/i.exec(request.get('authorization') ?? '')?.[1];
    if (given !== undefined && timingSafeEqual(digest(given), expected)) next();
    else next(problems.unauthorized('Send the admin token as Authorization: Bearer <token>.'));
  };
}
