import { Pool } from 'undici';

import { parseJson } from '../../shared/command-line/index.js';
import type { Deliver, Delivery, ReceiverAnswer } from './types.js';

const textBytesMax = 1024 * 1024;
/** No connection came about. */
const unreachable: ReadonlySet<string> = new Set([
  ...['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'EADDRNOTAVAIL'],
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** Delivers over HTTP: one attempt per call, redirects not followed, as the checkout does it. */
export class ReceiverClient {
  readonly #pool: Pool;
  readonly #path: string;
  readonly #timeoutMs: number;
  #slowestMs = 0;

  constructor(url: string, timeoutMs: number) {
    const { origin, pathname, search } = new URL(url);
    this.#pool = new Pool(origin, { connections: 10, headersTimeout: 0, bodyTimeout: 0 });
    this.#path = pathname + search;
    this.#timeoutMs = timeoutMs;
  }

  /** What the slowest answer took. */
  get slowestMs(): number {
    return this.#slowestMs;
  }

  readonly deliver: Deliver = async (delivery) => {
    const startedAt = performance.now();
    const signal = AbortSignal.timeout(this.#timeoutMs);
    const took = () => Math.round(performance.now() - startedAt);
    try {
      const answer = await this.#attempt(delivery, signal, took);
      this.#slowestMs = Math.max(this.#slowestMs, answer.ms);
      return answer;
    } catch (error) {
      if (signal.aborted) {
        return { kind: 'none', reason: 'timeout', detail: `no answer within ${this.#timeoutMs} ms`, ms: took() };
      }
      const detail = describe(error);
      return { kind: 'none', reason: unreachable.has(detail) ? 'unreachable' : 'cut', detail, ms: took() };
    }
  };

  close(): Promise<void> {
    return this.#pool.destroy();
  }

  async #attempt({ headers, body }: Delivery, signal: AbortSignal, took: () => number): Promise<ReceiverAnswer> {
    const { statusCode, body: stream } = await this.#pool.request({
      method: 'POST',
      path: this.#path,
      headers: { 'user-agent': 'check-receiver', ...headers },
      body,
      signal,
    });
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes > textBytesMax) break;
    }
    const text = Buffer.concat(chunks).subarray(0, textBytesMax).toString();
    return { kind: 'status', status: statusCode, text, json: parseJson(text), ms: took() };
  }
}

function describe(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code ?? message;
}
