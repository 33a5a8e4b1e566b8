import { WebSocket } from 'undici';

import { waitUntil } from '../../shared/shop-client/wait-until.js';

interface Message {
  readonly id?: number;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
  readonly method?: string;
  readonly params?: { readonly sessionId: string; readonly message: string };
}

interface Call {
  readonly resolve: (result: never) => void;
  readonly reject: (error: Error) => void;
}

/** Calls with an answer to one thread, in the Chrome DevTools Protocol; `post` carries a message there. */
export class InspectedThread {
  readonly #post: (text: string) => void;
  readonly #calls = new Map<number, Call>();
  #lastId = 0;

  constructor(post: (text: string) => void) {
    this.#post = post;
  }

  call<Result>(method: string, params: object = {}): Promise<Result> {
    return new Promise<Result>((resolve, reject) => {
      this.#lastId += 1;
      this.#calls.set(this.#lastId, { resolve, reject });
      this.#post(JSON.stringify({ id: this.#lastId, method, params }));
    });
  }

  /** To be told of each answer. */
  answered({ id, result, error }: Message): void {
    const call = this.#calls.get(id ?? 0);
    this.#calls.delete(id ?? 0);
    if (error === undefined) call?.resolve(result as never);
    else call?.reject(new Error(error.message));
  }

  /** No answer will come any more. */
  gone(): void {
    for (const { reject } of this.#calls.values()) reject(new Error('the inspected process is gone'));
    this.#calls.clear();
  }
}

/**
 * Looks into a process that runs with `--inspect`, and into its worker threads, from outside: there is no code for it in the
 * process.
 */
export class Inspector {
  readonly #socket: WebSocket;
  readonly #main: InspectedThread;
  readonly #workers = new Map<string, InspectedThread>();

  /** `output` is what the process has printed; the address is in it. Returns once there are so many worker threads. */
  static async open(output: () => string, workers: number): Promise<Inspector> {
    const url = await waitUntil(
      'the process says where it can be inspected',
      () => Promise.resolve(/Debugger listening on (ws:\S+)/.exec(output())?.[1]),
      (found) => found !== undefined,
    );
    const socket = new WebSocket(url!);
    await new Promise((resolve, reject) => {
      socket.addEventListener('open', resolve);
      socket.addEventListener('error', () => {
        reject(new Error(`${url!} cannot be inspected`));
      });
    });
    const inspector = new Inspector(socket);
    await inspector.#main.call('NodeWorker.enable', { waitForDebuggerOnStart: false });
    await waitUntil(
      'the worker threads can be inspected',
      () => Promise.resolve(inspector.#workers.size),
      (size) => size === workers,
    );
    return inspector;
  }

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    this.#main = new InspectedThread((text) => {
      socket.send(text);
    });
    socket.addEventListener('message', ({ data }) => {
      this.#heard(JSON.parse(String(data)) as Message);
    });
    socket.addEventListener('close', () => {
      for (const thread of this.threads) thread.gone();
    });
  }

  /** The main thread first. */
  get threads(): readonly InspectedThread[] {
    return [this.#main, ...this.#workers.values()];
  }

  close(): void {
    this.#socket.close();
  }

  #heard(message: Message): void {
    const { method, params } = message;
    if (method === undefined) this.#main.answered(message);
    if (params === undefined) return;
    const { sessionId } = params;
    if (method === 'NodeWorker.attachedToWorker') this.#attached(sessionId);
    if (method === 'NodeWorker.receivedMessageFromWorker') {
      this.#workers.get(sessionId)?.answered(JSON.parse(params.message) as Message);
    }
  }

  #attached(sessionId: string): void {
    const post = (text: string) => {
      void this.#main.call('NodeWorker.sendMessageToWorker', { sessionId, message: text });
    };
    this.#workers.set(sessionId, new InspectedThread(post));
  }
}
