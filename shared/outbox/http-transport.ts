import type { EventEmitter } from 'node:events';

import { Pool } from 'undici';

import { batchBody, batchId, readBatchAnswer } from './batch-request.js';
import { HoldingQuestion } from './holding-question.js';
import { readAnswer, readRetryAfter, readText } from './http-answer.js';
import { createSigner, type SignWebhook } from './sign-webhook.js';
import { traceHeaders } from './trace-headers.js';
import type { Answer, Clock, DestinationOptions, Entry, Holding, Transport } from './types.js';
import { withinAttempt } from './within-attempt.js';

/** Read of an answer to a batch, for each entry: an id, a status and a detail. */
const RESULT_BYTES_MAX = 2 * 1024;

/**
 * Sends signed webhooks over HTTP with undici: one attempt per call, no retries (O8), redirects never followed (O6).
 *
 * Keeps at most `inFlightMax` connections to the destination. `attemptTimeoutMs` bounds the whole attempt: connecting,
 * sending, and reading the answer; a question whether it has an entry is bounded the same.
 */
export class HttpTransport implements Transport {
  readonly #options: DestinationOptions;
  readonly #clock: Clock;
  readonly #sign: SignWebhook;
  readonly #url: URL;
  readonly #path: string;
  readonly #pool: Pool;
  readonly #question: HoldingQuestion | undefined;

  /** @throws if a URL or a secret is not one */
  constructor(options: DestinationOptions, clock: Clock) {
    const url = new URL(options.url);
    const { origin, pathname, search } = url;
    const { verifyUrl } = options;
    this.#options = options;
    this.#clock = clock;
    this.#sign = createSigner(options.secrets);
    this.#url = url;
    this.#path = pathname + search;
    const openPool = (to: string) =>
      new Pool(to, {
        connections: options.inFlightMax,
        pipelining: 1,
        // The attempt's own limit covers these phases; undici's would answer in other words at other times.
        headersTimeout: 0,
        bodyTimeout: 0,
        connect: { timeout: options.attemptTimeoutMs },
      });
    this.#pool = openPool(origin);
    const shared = { openPool, deliveries: { origin, pool: this.#pool }, sign: this.#sign, clock };
    this.#question = verifyUrl === undefined ? undefined : new HoldingQuestion({ verifyUrl, ...shared });
  }

  async send(entries: readonly Entry[]): Promise<Answer[]> {
    const answers = await this.#timed((signal) => this.#attempt(entries, signal));
    return Array.isArray(answers) ? answers : sameForAll(entries, answers);
  }

  async holds(entry: Entry): Promise<Holding> {
    const question = this.#question;
    if (question === undefined)
      throw new Error(`${this.#options.name} cannot be asked what it has: it has no verify URL`);
    const holding = await this.#timed((signal) => question.ask(entry, signal));
    return 'status' in holding ? holding : { status: 'no-answer', answer: holding };
  }

  async close(): Promise<void> {
    await Promise.all([this.#pool.destroy(), this.#question?.close()]);
  }

  #timed<T>(run: (signal: EventEmitter) => Promise<T>) {
    return withinAttempt(this.#options.attemptTimeoutMs, this.#clock, run);
  }

  async #attempt(entries: readonly Entry[], signal: EventEmitter): Promise<Answer[]> {
    const [first] = entries;
    const single = entries.length === 1 && first !== undefined;
    const id = single ? first.id : batchId(entries);
    const body = single ? first.body : batchBody(entries);
    const timestamp = Math.floor(this.#clock.now() / 1000);
    const answer = await this.#pool.request({
      method: 'POST',
      path: this.#path,
      headers: {
        'content-type': 'application/json',
        'user-agent': 'outbox/1.0 (Standard Webhooks)',
        'webhook-id': id,
        'webhook-timestamp': String(timestamp),
        'webhook-signature': this.#sign(id, timestamp, body),
        ...traceHeaders(entries),
      },
      body,
      signal,
    });
    const now = this.#clock.now();
    if (!single && answer.statusCode >= 200 && answer.statusCode <= 299) {
      const text = await readText(answer, RESULT_BYTES_MAX * (entries.length + 1));
      return readBatchAnswer(entries, text, readRetryAfter(answer, now));
    }
    return sameForAll(entries, await readAnswer(answer, this.#url, now));
  }
}

function sameForAll(entries: readonly Entry[], answer: Answer): Answer[] {
  return entries.map(() => answer);
}
