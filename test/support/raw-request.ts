import { connect } from 'node:net';

/** What came back over a socket. */
export interface RawAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Sends bytes as they stand, which need not be HTTP, and reads until the other side closes. */
export async function rawRequest(port: number, text: string): Promise<RawAnswer> {
  const received = await new Promise<string>((resolve, reject) => {
    let all = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    socket.on('data', (chunk: Buffer) => (all += chunk.toString()));
    // A server that refuses what it has not read to the end may reset the connection behind its answer.
    socket.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNRESET' && all !== '') resolve(all);
      else reject(error);
    });
    socket.once('end', () => {
      resolve(all);
      socket.destroy();
    });
  });
  const headEnd = received.indexOf('\r\n\r\n');
  const head = received.slice(0, headEnd);
  const body = received.slice(headEnd + 4);
  const [statusLine = '', ...lines] = head.split('\r\n');
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const colon = line.indexOf(':');
    headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
  }
  const whole = headers['transfer-encoding'] === 'chunked' ? withoutChunks(body) : body;
  return { status: Number(statusLine.split(' ')[1]), headers, body: whole };
}

/** What is in chunks of ASCII. */
function withoutChunks(text: string): string {
  const sizeEnd = text.indexOf('\r\n');
  const size = Number.parseInt(text.slice(0, sizeEnd), 16);
  const start = sizeEnd + 2;
  return size > 0 ? text.slice(start, start + size) + withoutChunks(text.slice(start + size + 2)) : '';
}
