import { hash, timingSafeEqual } from 'node:crypto';

import type { RequestHandler, Response } from 'express';

import { clientAddress } from './client-address.js';
import { problems } from './problems.js';
import { WrongTokenNotice, type WarningLog } from './wrong-token-notice.js';

export interface BearerOptions {
  /** What the token opens, in a word: names the challenge. */
  readonly realm: string;
  /** What to send, for whoever sent something else. */
  readonly advice: string;
  /**
   * Whether a token opens it, by its digest; it may note in `response.locals` whose token that is. Must take as long for a token
   * that is nearly right as for any other.
   */
  readonly opens: (digest: Buffer, response: Response) => boolean;
  /** Hears of wrong tokens, once a minute at most. */
  readonly log?: WarningLog | undefined;
}

/** What is kept and compared of a token. */
export function digestToken(token: string): Buffer {
  return hash('sha256', token, 'buffer');
}

/**
 * Lets a request pass only with a token that opens: `Authorization: Bearer <token>`. Else it is 401 with a challenge as RFC 6750,
 * section 3 has it: without an error for who sent no token, `invalid_token` for who sent a wrong one.
 */
export function requireBearer({ realm, advice, opens, log }: BearerOptions): RequestHandler {
  const notice = log && new WrongTokenNotice(realm, log);
  return (request, response, next) => {
    const token = /^Bearer +(.+)$/i.exec(request.headers.authorization ?? '')?.[1];
    if (token !== undefined && opens(digestToken(token), response)) {
      next();
      return;
    }
    if (token !== undefined) notice?.refused(clientAddress(request));
    next(problems.unauthorized(advice, { realm, wrongToken: token !== undefined }));
  };
}

/** Lets a request pass only with the admin token; compared in constant time. */
export function requireBearerToken(token: string, log?: WarningLog): RequestHandler {
  const expected = digestToken(token);
  return requireBearer({
    realm: 'admin',
    advice: 'Send the admin token as Authorization: Bearer <token>.',
    opens: (digest) => timingSafeEqual(digest, expected),
    log,
  });
}
