import { Agent } from 'undici';

const answerTimeoutMsDefault = 15_000;

/** What came back. */
export interface Answer<Body = unknown> {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Parsed if it is JSON (a problem is), else as text. */
  readonly body: Body;
}

/** Nothing came back: refused, cut or too late. Whether the request took effect is not known. */
export class NoAnswerError extends Error {
  override readonly name = 'NoAnswerError';
}

export interface RequestOptions {
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Cuts the request: then nothing came back either. */
  readonly signal?: AbortSignal;
}

export type HttpClient = ReturnType<typeof createHttpClient>;

/** A client with its own connections: those of a process that was killed fail, and are opened anew. */
export function createHttpClient({ answerTimeoutMs = answerTimeoutMsDefault } = {}) {
  const agent = new Agent({ headersTimeout: answerTimeoutMs, bodyTimeout: answerTimeoutMs });

  async function request<Body>(
    method: 'GET' | 'POST' | 'PUT',
    url: string,
    options: RequestOptions = {},
  ): Promise<Answer<Body>> {
    const { origin, pathname, search } = new URL(url);
    try {
      const answer = await agent.request({
        method,
        origin,
        path: pathname + search,
        headers: { ...(options.body !== undefined && { 'content-type': 'application/json' }), ...options.headers },
        body: options.body === undefined ? null : JSON.stringify(options.body),
        ...(options.signal !== undefined && { signal: options.signal }),
      });
      const text = await answer.body.text();
      const isJson = /^application\/(problem\+)?json/.test(String(answer.headers['content-type']));
      const body = (isJson ? JSON.parse(text) : text) as Body;
      return { status: answer.statusCode, headers: answer.headers, body };
    } catch (error) {
      if (agent.destroyed) throw error;
      throw new NoAnswerError(`${method} ${url}: ${String(error)}`, { cause: error });
    }
  }

  return { request, close: () => agent.destroy() };
}
