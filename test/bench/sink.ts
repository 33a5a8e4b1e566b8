import { createServer, type Server } from 'node:http';
import { once } from 'node:events';

/** How it answers: it takes, it cannot, or it says nothing, so that nothing is ever confirmed. */
export type SinkMood = 'takes' | 'fails' | 'holds';

/** A destination in this process that keeps nothing: it looks at no signature, and knows single events only. */
export class Sink {
  readonly #server: Server;
  #onRequest: () => void = () => undefined;

  private constructor(mood: SinkMood) {
    this.#server = createServer((request, response) => {
      this.#onRequest();
      request.resume();
      if (mood === 'holds') return;
      response.writeHead(mood === 'takes' ? 200 : 503, { 'content-type': 'application/json' });
      response.end('{"status":"applied"}');
    });
  }

  static async open(port: number, mood: SinkMood): Promise<Sink> {
    const sink = new Sink(mood);
    sink.#server.listen(port, '127.0.0.1');
    await once(sink.#server, 'listening');
    return sink;
  }

  /** Resolves when something next arrives. */
  arrival(): Promise<void> {
    return new Promise((resolve) => {
      this.#onRequest = resolve;
    });
  }

  /** Cuts what is under way. */
  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }
}
