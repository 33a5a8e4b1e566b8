import { EventEmitter } from 'node:events';

import { type Dispatcher as HttpDispatcher, Pool } from 'undici';

import { batchBody, batchId, readBatchAnswer } from './batch-request.js';
import { shortenText } from './describe-answer.js';
import { describeNetworkError } from './describe-network-error.js';
import { parseRetryAfter } from './retry-after.js';
import { createSigner, type SignWebhook } from './sign-webhook.js';
import type { Answer, Clock, DestinationOptions, Entry, Transport } from './types.js';

/** Read of an answer that is only looked at by people. */
const DETAIL_BYTES_MAX = 4 * 1024;
/** Read of an answer to a batch, for each entry: an id, a status and a detail. */
const RESULT_BYTES_MAX = 2 * 1024;

type HttpAnswer = HttpDispatcher.ResponseData;

/**
 * Sends signed webhooks over HTTP with undici: one attempt per call, no retries (O8), redirects never followed (O6).
 *
 * Keeps at most `inFlightMax` connections to the destination. `attemptTimeoutMs` bounds the whole attempt: connecting,
 * sending, and reading the answer.
 */
export class HttpTransport implements Transport {
  readonly #options: DestinationOptions;
  readonly #clock: Clock;
  readonly #sign: SignWebhook;
  readonly #path: string;
  readonly #pool: Pool;

  /** @throws if the URL or a secret is not one */
  constructor(options: DestinationOptions, clock: Clock) {
    const url = new URL(options.url);
    this.#options = options;
    this.#clock = clock;
    this.#sign = createSigner(options.secrets);
    this.#path = url.pathname + url.search;
    this.#pool = new Pool(url.origin, {
      connections: options.inFlightMax,
      pipelining: 1,
      // The attempt's own limit covers these phases; undici's would answer in other words at other times.
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: { timeout: options.attemptTimeoutMs },
    });
  }

  async send(entries: readonly Entry[]): Promise<Answer[]> {
    // undici takes an emitter of 'abort' for a signal too; it costs a tenth of an AbortController, once per request.
    const signal = new EventEmitter();
    const limit = { reached: false };
    const cancel = this.#clock.after(this.#options.attemptTimeoutMs, () => {
      limit.reached = true;
      signal.emit('abort');
    });
    try {
      return await this.#attempt(entries, signal);
    } catch (error) {
      // Nothing in an attempt can fail but the network: what is sent was put together from bytes that are there.
      const detail = limit.reached
        ? `no answer within ${this.#options.attemptTimeoutMs} ms`
        : describeNetworkError(error);
      return sameForAll(entries, { kind: 'none', detail });
    } finally {
      cancel();
    }
  }

  close(): Promise<void> {
    return this.#pool.destroy();
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
      },
      body,
      signal,
    });
    if (!single && answer.statusCode >= 200 && answer.statusCode <= 299) {
      const text = await readText(answer, RESULT_BYTES_MAX * (entries.length + 1));
      return readBatchAnswer(entries, text, this.#retryAfterMs(answer));
    }
    return sameForAll(entries, await this.#readWhole(answer));
  }

  /** An answer that holds for the whole request. Its status is what counts, and stands even if its body never comes. */
  async #readWhole(answer: HttpAnswer): Promise<Answer> {
    const retryAfterMs = this.#retryAfterMs(answer);
    let detail: string;
    try {
      detail = shortenText(await readText(answer, DETAIL_BYTES_MAX));
    } catch (error) {
      detail = `its text was cut short: ${describeNetworkError(error)}`;
    }
    return { kind: 'status', status: answer.statusCode, detail, retryAfterMs };
  }

  #retryAfterMs({ headers }: HttpAnswer): number | undefined {
    const header = headers['retry-after'];
    return parseRetryAfter(Array.isArray(header) ? header[0] : header, this.#clock.now());
  }
}

/** Reads up to `bytesMax`. Where there is more, the connection is given up: reading on might take for ever. */
async function readText({ body }: HttpAnswer, bytesMax: number): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes >= bytesMax) break;
  }
  return Buffer.concat(chunks).subarray(0, bytesMax).toString('utf8');
}

function sameForAll(entries: readonly Entry[], answer: Answer): Answer[] {
  return entries.map(() => answer);
}
