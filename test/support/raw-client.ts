import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** An answer as it stood on the wire. */
export interface RawAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A connection on which a test says exactly what it wants, well-formed or not, and reads exactly what comes back. */
export class RawClient {
  readonly socket: Socket;
  #received = Buffer.alloc(0);
  #closed = false;
  #change: () => void = () => undefined;

  static async open(port: number): Promise<RawClient> {
    // Its own side stays open when the server closes: a test wants to see what it can still send.
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    await once(socket, 'connect');
    return new RawClient(socket);
  }

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (chunk) => {
      this.#received = Buffer.concat([this.#received, chunk]);
      this.#change();
    });
    const close = () => {
      this.#closed = true;
      this.#change();
    };
    socket.on('end', close);
    socket.on('close', close);
    // A reset is an end as well; what came before it is looked at.
    socket.on('error', () => undefined);
  }

  /** All that has come. */
  get received(): string {
    return this.#received.toString('latin1');
  }

  send(bytes: string | Buffer): this {
    this.socket.write(bytes);
    return this;
  }

  /** The next answer. @throws if the server closes before it is whole */
  async answer({ toHead = false } = {}): Promise<RawAnswer> {
    for (;;) {
      const parsed = parseAnswer(this.#received, toHead);
      if (parsed) {
        this.#received = this.#received.subarray(parsed.bytes);
        return parsed.answer;
      }
      if (this.#closed) throw new Error(`closed, after: ${JSON.stringify(this.received)}`);
      await this.#changed();
    }
  }

  /** Returns what had come and was not read, once the server has closed. */
  async closed(): Promise<string> {
    while (!this.#closed) await this.#changed();
    return this.received;
  }

  /** The server is gone for good: its side closed, and ours with it. */
  async gone(): Promise<void> {
    await this.closed();
    this.destroy();
  }

  destroy(): void {
    this.socket.destroy();
  }

  #changed(): Promise<void> {
    return new Promise((resolve) => {
      this.#change = resolve;
    });
  }
}

/** Sends on a connection of its own, and returns all answers until the server closes it. */
export async function exchange(port: number, bytes: string | Buffer): Promise<RawAnswer[]> {
  const client = await RawClient.open(port);
  client.send(bytes);
  await client.closed();
  client.destroy();
  return parseAnswers(client.received);
}

/** @throws if what came is not one answer behind the other */
export function parseAnswers(received: string): RawAnswer[] {
  const answers: RawAnswer[] = [];
  let rest: Buffer = Buffer.from(received, 'latin1');
  while (rest.length > 0) {
    const parsed = parseAnswer(rest, false);
    if (!parsed) throw new Error(`this is no whole answer: ${JSON.stringify(rest.toString('latin1'))}`);
    answers.push(parsed.answer);
    rest = rest.subarray(parsed.bytes);
  }
  return answers;
}

const statusLine = /^HTTP\/1\.1 (\d{3}) [^\r\n]*\r\n/;
const headerLine = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+): ?([^\r\n]*)$/;

function parseAnswer(bytes: Buffer, toHead: boolean): { answer: RawAnswer; bytes: number } | undefined {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const head = bytes.toString('latin1', 0, end + 2);
  const status = Number(statusLine.exec(head)?.[1]);
  if (!status) throw new Error(`this is no answer: ${JSON.stringify(head)}`);
  const headers: Record<string, string> = {};
  for (const line of head.trimEnd().split('\r\n').slice(1)) {
    const [, name, value] = headerLine.exec(line) ?? [];
    if (name === undefined || value === undefined) throw new Error(`this is no header: ${JSON.stringify(line)}`);
    headers[name.toLowerCase()] = value;
  }
  const none = toHead || status < 200 || status === 204;
  const length = none ? 0 : Number(headers['content-length'] ?? Number.NaN);
  if (Number.isNaN(length)) throw new Error(`this answer has no length: ${JSON.stringify(head)}`);
  const start = end + 4;
  if (bytes.length < start + length) return undefined;
  return { answer: { status, headers, body: bytes.toString('utf8', start, start + length) }, bytes: start + length };
}
