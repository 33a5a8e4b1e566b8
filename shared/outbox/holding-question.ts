import { randomUUID } from 'node:crypto';
import type { EventEmitter } from 'node:events';

import { type Dispatcher as HttpDispatcher, Pool } from 'undici';

import { readAnswer } from './http-answer.js';
import type { SignWebhook } from './sign-webhook.js';
import { traceHeaders } from './trace-headers.js';
import type { Answer, Clock, Entry, Holding } from './types.js';

const NO_BODY = Buffer.alloc(0);

const SAYS_YES_TO_EVERYTHING: Answer = Object.freeze({
  kind: 'none',
  detail: 'it says yes, and says so of an id that nobody has',
});

export interface HoldingQuestionOptions {
  readonly verifyUrl: string;
  /** Opens connections to an origin that deliveries do not go to. */
  readonly openPool: (origin: string) => Pool;
  /** The connections of the deliveries, and where they lead. */
  readonly deliveries: { readonly origin: string; readonly pool: Pool };
  readonly sign: SignWebhook;
  readonly clock: Clock;
}

/**
 * Asks a destination over HTTP whether it has an entry: GET of a URL with the entry's id in it. Signed like a delivery with an
 * empty body, so that a receiver need not tell strangers what it holds. Uses the connections of the deliveries where it can.
 */
export class HoldingQuestion {
  readonly #options: HoldingQuestionOptions;
  readonly #pool: Pool;
  /** Absent where the connections are those of the deliveries. */
  readonly #own: Pool | undefined;

  /** @throws if the URL is none */
  constructor(options: HoldingQuestionOptions) {
    const { origin } = new URL(options.verifyUrl);
    const { deliveries, openPool } = options;
    this.#options = options;
    this.#own = origin === deliveries.origin ? undefined : openPool(origin);
    this.#pool = this.#own ?? deliveries.pool;
  }

  /**
   * Asks about an entry and, where the answer is yes, about an id that nobody has: a page that says yes to everything would
   * confirm purchases that never arrived.
   */
  async ask(entry: Entry, signal: EventEmitter): Promise<Holding> {
    const answer = await this.#get(entry.id, entry, signal);
    if (isStatus(answer, 404)) return { status: 'not-held' };
    if (!isYes(answer)) return { status: 'no-answer', answer };
    const control = await this.#get(randomUUID(), entry, signal);
    if (isStatus(control, 404)) return { status: 'held' };
    return { status: 'no-answer', answer: isYes(control) ? SAYS_YES_TO_EVERYTHING : control };
  }

  async close(): Promise<void> {
    await this.#own?.destroy();
  }

  /** What came back. Of its body no more is read than of the answer to a delivery; redirects are not followed. */
  async #get(id: string, asking: Entry, signal: EventEmitter): Promise<Answer> {
    const { verifyUrl, sign, clock } = this.#options;
    const url = new URL(verifyUrl.replaceAll('{id}', () => encodeURIComponent(id)));
    const timestamp = Math.floor(clock.now() / 1000);
    const request: HttpDispatcher.RequestOptions = {
      method: 'GET',
      path: url.pathname + url.search,
      headers: {
        accept: 'application/json',
        'user-agent': 'outbox/1.0 (Standard Webhooks)',
        'webhook-id': id,
        'webhook-timestamp': String(timestamp),
        'webhook-signature': sign(id, timestamp, NO_BODY),
        ...traceHeaders([asking]),
      },
      signal,
    };
    return readAnswer(await this.#pool.request(request), url, clock.now());
  }
}

function isYes(answer: Answer): boolean {
  return answer.kind === 'status' && answer.status >= 200 && answer.status <= 299;
}

function isStatus(answer: Answer, status: number): boolean {
  return answer.kind === 'status' && answer.status === status;
}
