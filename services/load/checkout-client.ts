import {
  createHttpClient,
  NoAnswerError,
  type Answer as HttpAnswer,
  type CheckoutStatus,
  type HttpClient,
} from '../../shared/shop-client/index.js';
import { classifyAnswer } from './classify-answer.js';
import { classifySilence } from './classify-silence.js';
import type { Answer, Post } from './types.js';

/** One that hangs is to be noticed; the same key makes it safe to ask again. */
const answerTimeoutMs = 5_000;

/** The checkout, as those see it who buy there. */
export class CheckoutClient {
  readonly #client: HttpClient = createHttpClient({ answerTimeoutMs });
  readonly #url: string;
  readonly #apiKey: string | undefined;

  constructor(url: string, apiKey: string | undefined) {
    this.#url = url.replace(/\/+$/, '');
    this.#apiKey = apiKey;
  }

  readonly post: Post = async ({ key, order }, signal): Promise<Answer> => {
    const headers = { 'idempotency-key': key, ...this.#authorization };
    try {
      return classifyAnswer(
        await this.#client.request('POST', `${this.#url}/checkout`, { body: order, headers, signal }),
      );
    } catch (error) {
      if (error instanceof NoAnswerError) return classifySilence(error);
      throw error;
    }
  };

  /** Asks to buy nothing at all, which tells whether one may buy. @throws NoAnswerError */
  postNothing(): Promise<HttpAnswer> {
    return this.#client.request('POST', `${this.#url}/checkout`, { body: {}, headers: this.#authorization });
  }

  /** @throws NoAnswerError */
  readiness(signal: AbortSignal): Promise<HttpAnswer<{ reason?: unknown } | string | null>> {
    return this.#client.request('GET', `${this.#url}/readyz`, { signal });
  }

  /** @throws NoAnswerError */
  status(signal: AbortSignal): Promise<HttpAnswer<Partial<CheckoutStatus> | string | null>> {
    return this.#client.request('GET', `${this.#url}/status`, { signal });
  }

  close(): Promise<void> {
    return this.#client.close();
  }

  get #authorization(): Record<string, string> {
    return this.#apiKey === undefined ? {} : { authorization: `Bearer ${this.#apiKey}` };
  }
}
