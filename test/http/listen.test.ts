import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Agent, request } from 'node:http';
import { connect, type Socket } from 'node:net';

import { describe, expect, it } from '@jest/globals';

import { listen, ListenError } from '../../shared/http/index.js';

const host = '127.0.0.1';

describe('a listening server', () => {
  it('says which port it has, and that a port in use is a matter for a person', async () => {
    const first = await listen(() => undefined, { host, port: 0 });
    expect(first.port).toBeGreaterThan(0);
    await expect(listen(() => undefined, { host, port: first.port })).rejects.toThrow(ListenError);
    await expect(listen(() => undefined, { host, port: first.port })).rejects.toThrow(
      `${host}:${first.port}: EADDRINUSE`,
    );
    await first.stop(0);
  });

  it('answers what is in flight before it stops, or a purchase would be taken and never confirmed', async () => {
    const { server, inFlight, answer } = await serverWithOneRequest();
    const stopped = server.stop(60_000);
    inFlight.end('done');
    const response = await answer;
    let body = '';
    for await (const chunk of response) body += String(chunk);
    expect(body).toBe('done');
    await stopped;
  });

  it('cuts what outlasts the deadline, or a client that never leaves would keep it from stopping', async () => {
    const { server, answer } = await serverWithOneRequest();
    const cut = expect(answer).rejects.toThrow(/hang up|ECONNRESET/);
    await server.stop(0);
    await cut;
  });

  it('may be stopped twice: both wait for the same end', async () => {
    const server = await listen(() => undefined, { host, port: 0 });
    expect(server.stop(0)).toBe(server.stop(0));
    await server.stop(0);
  });
});

describe('a stopping server', () => {
  it('ends with a client that goes on on the same connection, or each stop under load would end in a cut', async () => {
    const { server, inFlight, answer } = await serverWithOneRequest({ keepAlive: true });
    const stopped = server.stop(60_000);
    inFlight.end('done');
    const response = await answer;
    response.resume();
    await once(response, 'close');
    await stopped;
  });
});

describe('a request that cannot be read', () => {
  it.each([
    ['GARBAGE\r\n\r\n', 400],
    [`GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
    ['GET / HTTP/1.1\r\nHost: x\r\nExpect: miracles\r\nConnection: close\r\n\r\n', 417],
  ])('is answered as a problem too (%#), or a client could not tell what to mend', async (text, status) => {
    const server = await listen(() => undefined, { host, port: 0 });
    const socket = connect(server.port, host);
    socket.write(text);
    const answer = await readAll(socket);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(answer).toMatch(/content-type: application\/problem\+json/i);
    socket.destroy();
    await server.stop(0);
  });
});

async function readAll(socket: Socket): Promise<string> {
  let text = '';
  for await (const chunk of socket) text += String(chunk);
  return text;
}

async function serverWithOneRequest({ keepAlive = false } = {}) {
  let arrive: (response: ServerResponse) => void;
  const arrived = new Promise<ServerResponse>((resolve) => {
    arrive = resolve;
  });
  const server = await listen(
    (_incoming, response) => {
      arrive(response);
    },
    { host, port: 0 },
  );
  const outgoing = request({ host, port: server.port, agent: new Agent({ keepAlive }) });
  const answer = once(outgoing, 'response').then(([response]) => response as IncomingMessage);
  outgoing.end();
  return { server, inFlight: await arrived, answer };
}
