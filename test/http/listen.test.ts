import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Agent, request } from 'node:http';
import { connect, type Socket } from 'node:net';

import { describe, expect, it } from '@jest/globals';

import { listen, ListenError } from '../../shared/http/index.js';
import { openEdge } from '../support/edge-server.js';
import { RawClient } from '../support/raw-client.js';
import { waitUntil } from '../../shared/shop-client/wait-until.js';

const host = '127.0.0.1';
const hostLine = 'Host: x\r\n';
const get = `GET /things/1 HTTP/1.1\r\n${hostLine}\r\n`;

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

  it.each([
    ['sent nothing', ''],
    ['sent a part of a head', 'POST /held HTTP/1.1\r\nHo'],
    ['had an answer and idles', get],
    ['had an answer and sent a part of the next head', `${get}GET / HT`],
    ['was answered before it had sent its body', `POST /nothing HTTP/1.1\r\n${hostLine}Content-Length: 9\r\n\r\nx`],
  ])('does not wait for a client that %s: it would be killed in the middle of its work', async (_what, bytes) => {
    const edge = await openEdge();
    const client = await RawClient.open(edge.port);
    client.send(bytes);
    if (bytes.startsWith('GET') || bytes.includes('nothing')) await client.answer();
    // What this one has sent has come by the time at which another is answered.
    const other = await RawClient.open(edge.port);
    await other.send(get).answer();
    const stopped = edge.stop(60_000);
    expect(await client.closed()).toBe('');
    expect(await other.closed()).toBe('');
    client.destroy();
    other.destroy();
    await stopped;
  });

  it('waits for one whose body is still coming, and says that the connection ends with the answer', async () => {
    const edge = await openEdge();
    const client = await RawClient.open(edge.port);
    client.send(
      `${get}POST /things HTTP/1.1\r\n${hostLine}Content-Type: application/json\r\nContent-Length: 12\r\n\r\n{"na`,
    );
    await client.answer();
    const stopped = edge.stop(60_000);
    client.send('me":"x"}');
    expect(await client.answer()).toMatchObject({ status: 201, headers: { connection: 'close' } });
    expect(await client.closed()).toBe('');
    client.destroy();
    await stopped;
    expect(edge.taken).toEqual(['x']);
  });

  it('waits for one that is reading its answer, or it would have half of it', async () => {
    const edge = await openEdge();
    const client = await RawClient.open(edge.port);
    client.socket.pause();
    client.send(`GET /large HTTP/1.1\r\n${hostLine}\r\n`);
    await waitUntil(
      'the answer has begun',
      () => Promise.resolve(edge.large.begun),
      (begun) => begun === 1,
    );
    const stopped = edge.stop(60_000);
    client.socket.resume();
    expect((await client.answer()).body).toHaveLength(4 * 1024 * 1024 + '{"large":""}'.length);
    client.destroy();
    await stopped;
  });

  it('cuts a tunnel that waits for its refusal, too, when the deadline has come', async () => {
    const edge = await openEdge();
    const client = await RawClient.open(edge.port);
    client.send(
      `${get}POST /held HTTP/1.1\r\n${hostLine}Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}`,
    );
    client.send(`CONNECT x:80 HTTP/1.1\r\n${hostLine}\r\n`);
    await client.answer();
    await waitUntil(
      'the request is held',
      () => Promise.resolve(edge.held.length),
      (held) => held === 1,
    );
    await edge.stop(0);
    expect(await client.closed()).toBe('');
    client.destroy();
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
