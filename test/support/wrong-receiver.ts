import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';

import { Webhook } from 'standardwebhooks';

/** Something that receivers get wrong. */
export type Defect =
  | 'checks no signature'
  | 'checks the signature after it has stored'
  | 'checks JSON that it has written again'
  | 'looks at the first signature only'
  | 'knows no time'
  | 'knows no repeat'
  | 'looks for a repeat and stores in two steps'
  | 'refuses a repeat'
  | 'takes other content for a repeat'
  | 'answers 500 to bad JSON'
  | 'answers 500 without headers'
  | 'answers 400 to a bad signature'
  | 'answers 401 to an unknown type'
  | 'confirms whatever it does not know'
  | 'takes any webhook-id'
  | 'fails a batch for one bad event'
  | 'answers a batch as one event'
  | 'answers a batch backwards'
  | 'answers a batch without ids'
  | 'asks for a bad event again'
  | 'takes small bodies only'
  | 'takes no batches'
  | 'confirms batches that it does not know'
  | 'never says whether it knew'
  | 'says 202'
  | 'is not there'
  | 'has moved'
  | 'cuts connections'
  | 'does not answer'
  | 'does not answer large batches';

type EventStatus = 'applied' | 'duplicate' | 'conflict' | 'rejected';

/** Long enough for requests that are sent at once to meet. */
const slowStoreMs = 100;

interface Answer {
  readonly status: number;
  readonly body?: unknown;
}

type Events = readonly { type?: unknown; data?: { id?: unknown; items?: unknown; total?: unknown } }[];

/** A receiver that does all as it must, in memory, but for one thing. Close it. */
export interface WrongReceiver {
  readonly url: string;
  close(): Promise<void>;
}

/** Opens one on a free port. Without a defect it is right. */
export async function openWrongReceiver(secrets: readonly string[], defect?: Defect): Promise<WrongReceiver> {
  const receiver = new Receiver(secrets, defect);
  const server = createServer((request, response) => {
    void receiver.handle(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/events`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

class Receiver {
  readonly #stored = new Map<string, string>();
  readonly #secrets: readonly string[];
  readonly #defect: Defect | undefined;

  constructor(secrets: readonly string[], defect: Defect | undefined) {
    this.#secrets = secrets;
    this.#defect = defect;
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (this.#has('does not answer')) return;
    if (this.#has('cuts connections')) {
      request.socket.destroy();
      return;
    }
    const answer = await this.#answer(request, Buffer.concat(chunks).toString());
    if (answer === undefined) return;
    response.statusCode = answer.status;
    if (answer.status === 308) response.setHeader('location', '/elsewhere');
    response.end(answer.body === undefined ? '' : JSON.stringify(answer.body));
  }

  #has(defect: Defect): boolean {
    return this.#defect === defect;
  }

  async #answer(request: IncomingMessage, body: string): Promise<Answer | undefined> {
    if (this.#has('is not there')) return { status: 404 };
    if (this.#has('has moved')) return { status: 308 };
    if (this.#has('takes small bodies only') && body.length > 10_000) return { status: 413 };
    const refusal = this.#refusal(request, body);
    if (refusal !== undefined) {
      if (this.#has('checks the signature after it has stored') && refusal.status === 401) {
        await this.#take(JSON.parse(body), String(request.headers['webhook-id']));
      }
      return refusal;
    }
    try {
      return await this.#take(JSON.parse(body), String(request.headers['webhook-id']));
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      return { status: this.#has('answers 500 to bad JSON') ? 500 : 400 };
    }
  }

  #refusal({ headers }: IncomingMessage, body: string): Answer | undefined {
    if (this.#has('checks no signature')) return undefined;
    const [id, timestamp, list] = ['id', 'timestamp', 'signature'].map((name) => headers[`webhook-${name}`]);
    if (typeof id !== 'string' || typeof timestamp !== 'string' || typeof list !== 'string') {
      return { status: this.#has('answers 500 without headers') ? 500 : 400 };
    }
    const seconds = Number(timestamp);
    const late = Math.abs(Date.now() / 1000 - seconds) > 300;
    if (late && !this.#has('knows no time')) return { status: 401 };
    const signed = this.#has('checks JSON that it has written again') ? writtenAgain(body) : body;
    const given = list.split(' ').slice(0, this.#has('looks at the first signature only') ? 1 : undefined);
    const fits = this.#secrets.some((secret) =>
      given.includes(new Webhook(secret).sign(id, new Date(seconds * 1000), signed)),
    );
    if (fits) return undefined;
    return { status: this.#has('answers 400 to a bad signature') ? 400 : 401 };
  }

  async #take(given: unknown, webhookId: string): Promise<Answer | undefined> {
    if (Array.isArray(given)) return this.#takeBatch(given as Events);
    const [event] = [given] as unknown as Events;
    if (event?.data?.id !== webhookId && !this.#has('takes any webhook-id')) return { status: 400 };
    if (event?.type !== 'purchase.accepted' && this.#has('answers 401 to an unknown type')) return { status: 401 };
    const status = await this.#takeEvent(event ?? {}, this.#has('looks for a repeat and stores in two steps'));
    if (status === 'rejected') return { status: this.#has('confirms whatever it does not know') ? 200 : 422 };
    if (status === 'conflict') return { status: 409 };
    if (status === 'duplicate' && this.#has('refuses a repeat')) return { status: 409 };
    if (this.#has('never says whether it knew')) return { status: 204 };
    return { status: this.#has('says 202') ? 202 : 200, body: { status } };
  }

  async #takeBatch(events: Events): Promise<Answer | undefined> {
    if (this.#has('takes no batches')) return { status: 422 };
    if (this.#has('confirms batches that it does not know')) return { status: 200, body: { status: 'applied' } };
    if (this.#has('does not answer large batches') && events.length > 10) return undefined;
    const results: { id: unknown; status: string }[] = [];
    for (const event of events) {
      const status = await this.#takeEvent(event);
      if (status === 'rejected' && this.#has('fails a batch for one bad event')) return { status: 422 };
      const asked = status === 'rejected' && this.#has('asks for a bad event again') ? 'retry' : status;
      results.push({ id: event.data?.id, status: asked === 'conflict' ? 'rejected' : asked });
    }
    if (this.#has('answers a batch as one event')) return { status: 200, body: { status: 'applied' } };
    if (this.#has('answers a batch backwards')) results.reverse();
    if (this.#has('answers a batch without ids'))
      return { status: 200, body: { results: results.map((r) => r.status) } };
    return { status: 200, body: { results } };
  }

  async #takeEvent({ type, data }: Events[number], slowly = false): Promise<EventStatus> {
    const id = data?.id;
    if (type !== 'purchase.accepted' || typeof id !== 'string' || !Array.isArray(data?.items)) return 'rejected';
    const content = JSON.stringify([data.items, data.total]);
    const known = this.#stored.get(id);
    if (slowly) await setTimeout(slowStoreMs);
    this.#stored.set(id, known ?? content);
    if (known === undefined || this.#has('knows no repeat')) return 'applied';
    return known === content || this.#has('takes other content for a repeat') ? 'duplicate' : 'conflict';
  }
}

function writtenAgain(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body));
  } catch (error) {
    if (error instanceof SyntaxError) return body;
    throw error;
  }
}
