import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { openEdge } from '../support/edge-server.js';
import { exchange, RawClient, type RawAnswer } from '../support/raw-client.js';

const host = 'Host: x\r\n';
const close = `${host}Connection: close\r\n`;
const json = 'Content-Type: application/json\r\n';
const post = `POST /things HTTP/1.1\r\n${close}${json}`;
const markup = '<script>alert(1)</script>';

let edge: Awaited<ReturnType<typeof openEdge>>;
beforeAll(async () => {
  edge = await openEdge({ lingerMs: 50 });
});
afterAll(() => edge.close());

function expectProblem(answer: RawAnswer | undefined, status: number): void {
  expect(answer?.headers['content-type']).toBe('application/problem+json; charset=utf-8');
  expect(answer?.headers['x-content-type-options']).toBe('nosniff');
  expect(answer).toMatchObject({ status, body: expect.stringMatching(/^\{"type":"urn:problem-type:[a-z-]+",/) });
  expect(JSON.parse(answer!.body)).toMatchObject({ status, title: expect.any(String), detail: expect.any(String) });
  expect(answer!.body).not.toMatch(/[<>]|at \w+ \(/);
}

describe('what comes over the wire is answered as a problem, by nobody but the service', () => {
  it.each<[string, string | Buffer, number]>([
    ['noise', 'GARBAGE\r\n\r\n', 400],
    ['a TLS handshake', Buffer.from('16030100c8010000c40303', 'hex'), 400],
    ['markup for a method', `${markup} / HTTP/1.1\r\n${close}\r\n`, 400],
    ['markup for an address', `GET /${markup} HTTP/1.1\r\n${close}\r\n`, 404],
    ['markup in a parameter that cannot be decoded', `GET /things/%E0%A4%A<b> HTTP/1.1\r\n${close}\r\n`, 400],
    ['an address that is not ASCII', Buffer.from(`GET /things/é HTTP/1.1\r\n${close}\r\n`), 400],
    ['an address that leads out', `GET /../../etc/passwd HTTP/1.1\r\n${close}\r\n`, 404],
    ['two slashes', `GET //things/1 HTTP/1.1\r\n${close}\r\n`, 404],
    ['an asterisk for an address', `GET * HTTP/1.1\r\n${close}\r\n`, 400],
    ['a host that is none', `GET http://[/ HTTP/1.1\r\n${close}\r\n`, 400],
    ['another scheme', `GET ftp://x/things/1 HTTP/1.1\r\n${close}\r\n`, 400],
    ['a tunnel', `CONNECT x:80 HTTP/1.1\r\n${close}\r\n`, 405],
    ['the beginning of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400],
    ['HTTP/2.0', `GET /things/1 HTTP/2.0\r\n${close}\r\n`, 505],
    ['HTTP/3.1', `GET /things/1 HTTP/3.1\r\n${close}\r\n`, 505],
    ['HTTP/0.9', 'GET /things/1\r\n\r\n', 505],
    ['no Host', 'GET /things/1 HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
    ['two Hosts', `GET /things/1 HTTP/1.1\r\n${host}${close}\r\n`, 400],
    ['markup for a Host', `GET /things/1 HTTP/1.1\r\nHost: ${markup}\r\nConnection: close\r\n\r\n`, 400],
    ['a folded header', `GET /things/1 HTTP/1.1\r\n${close}a: b\r\n c\r\n\r\n`, 400],
    ['a NUL in a header', `GET /things/1 HTTP/1.1\r\n${close}a: b\0c\r\n\r\n`, 400],
    ['a space before a colon', `GET /things/1 HTTP/1.1\r\n${close}a : b\r\n\r\n`, 400],
    ['a lone CR in a header', `GET /things/1 HTTP/1.1\r\n${close}a: b\rc: d\r\n\r\n`, 400],
    ['101 headers', `GET /things/1 HTTP/1.1\r\n${close}${'a: b\r\n'.repeat(99)}\r\n`, 431],
    ['a header of 20 kB', `GET /things/1 HTTP/1.1\r\n${close}a: ${'b'.repeat(20_000)}\r\n\r\n`, 431],
    ['an address of 20 kB', `GET /${'a'.repeat(20_000)} HTTP/1.1\r\n${close}\r\n`, 431],
    ['a length and chunks', `${post}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`, 400],
    ['chunks and a length', `${post}Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n`, 400],
    ['two lengths', `${post}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}`, 400],
    ['a negative length', `${post}Content-Length: -5\r\n\r\n`, 400],
    ['a length beyond numbers', `${post}Content-Length: 99999999999999999999999\r\n\r\n`, 400],
    ['a length with a sign', `${post}Content-Length: +2\r\n\r\n{}`, 400],
    ['another transfer coding', `${post}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`, 400],
    ['chunks that are not the last coding', `${post}Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n`, 400],
    ['chunks twice', `${post}Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n`, 400],
    ['chunks by HTTP/1.0', `POST /things HTTP/1.0\r\n${json}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n`, 400],
    ['a chunk without a length', `${post}Transfer-Encoding: chunked\r\n\r\nzz\r\n`, 400],
    ['extensions of 20 kB', `${post}Transfer-Encoding: chunked\r\n\r\n5;${'x'.repeat(20_000)}\r\n`, 400],
    ['chunks beyond the limit', `${post}Transfer-Encoding: chunked\r\n\r\n7d0\r\n${'x'.repeat(2000)}\r\n`, 413],
    ['an encoding', `${post}Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}`, 415],
    [
      'a media type that is none',
      `POST /things HTTP/1.1\r\n${close}Content-Type: ;;\r\nContent-Length: 2\r\n\r\n{}`,
      415,
    ],
    ['no media type', `POST /things HTTP/1.1\r\n${close}Content-Length: 2\r\n\r\n{}`, 415],
    ['another charset', `${post.trim()}; charset=utf-16\r\nContent-Length: 2\r\n\r\n{}`, 415],
    ['an expectation', `${post}Content-Length: 2\r\nExpect: miracles\r\n\r\n{}`, 417],
  ])('%s', async (_what, bytes, status) => {
    const answers = await exchange(edge.port, bytes);
    expect(answers).toHaveLength(1);
    expectProblem(answers[0], status);
    expect(edge.taken).toEqual([]);
    expect(edge.logged).toEqual([]);
  });

  it('a request cut off in the middle, by a client that still listens', async () => {
    for (const part of ['GET', `GET /things/1 HTTP/1.1\r\nHo`, `${post}Content-Length: 50\r\n\r\n{"na`]) {
      const client = await RawClient.open(edge.port);
      client.socket.end(part);
      expectProblem(await client.answer(), 400);
      await client.gone();
    }
    expect(edge.taken).toEqual([]);
  });
});

describe('what looks odd and is allowed', () => {
  const get = (target: string, headers = close) => `GET ${target} HTTP/1.1\r\n${headers}\r\n`;
  it.each([
    ['HTTP/1.0 without a Host', 'GET /things/1 HTTP/1.0\r\n\r\n'],
    ['an address in absolute form', get('http://elsewhere:80/things/1?a=b')],
    ['a wish for a websocket', get('/things/1', `${host}Connection: Upgrade, close\r\nUpgrade: websocket\r\n`)],
    [
      'a wish for HTTP/2',
      get('/things/1', `${host}Connection: Upgrade, close\r\nUpgrade: h2c\r\nHTTP2-Settings: x\r\n`),
    ],
    ['an expectation by HTTP/1.0', 'GET /things/1 HTTP/1.0\r\nExpect: miracles\r\n\r\n'],
    ['an empty line before it', `\r\n${get('/things/1')}`],
    ['an empty Host', get('/things/1', 'Host:\r\nConnection: close\r\n')],
  ])('is answered as if it did not: %s', async (_what, bytes) => {
    const answers = await exchange(edge.port, bytes);
    expect(answers).toMatchObject([{ status: 200, body: '{"id":1,"taken":[]}' }]);
  });
});

describe('a method', () => {
  it.each(['PROPFIND', 'TRACE', 'DELETE', 'PATCH', 'GET', 'FOO', 'POSTX', 'post', 'M-SEARCH', "X'Y"])(
    '%s that an address does not have is answered with those it has, also one that Node does not know',
    async (method) => {
      const [answer] = await exchange(edge.port, `${method} /things HTTP/1.1\r\n${close}\r\n`);
      expectProblem(answer, 405);
      expect(answer?.headers.allow).toBe('POST');
    },
  );

  it('that Node does not know does not make an address exist', async () => {
    const [answer] = await exchange(edge.port, `FOO /nothing HTTP/1.1\r\n${close}\r\n`);
    expectProblem(answer, 404);
  });

  it('TRACE gives nothing back of what it was sent: a page could read cookies there', async () => {
    const [answer] = await exchange(edge.port, `TRACE /things HTTP/1.1\r\n${close}Cookie: swordfish\r\n\r\n`);
    expect(JSON.stringify(answer)).not.toContain('swordfish');
  });
});

describe('what a proxy asks of the whole server', () => {
  it.each(['*', 'http://x'])(
    'is answered as OPTIONS %s: the second is the first, by way of a proxy',
    async (target) => {
      const [answer] = await exchange(edge.port, `OPTIONS ${target} HTTP/1.1\r\n${close}\r\n`);
      expect(answer).toMatchObject({ status: 204, headers: { allow: 'GET, HEAD, POST' } });
    },
  );
});

describe('a body that is too long', () => {
  it('is refused before it is sent, to a client that asks first', async () => {
    const client = await RawClient.open(edge.port);
    client.send(`${post}Content-Length: 2000\r\nExpect: 100-continue\r\n\r\n`);
    expectProblem(await client.answer(), 413);
    await client.gone();
  });

  it('is refused before it has come, and the client can read that although it goes on sending', async () => {
    const client = await RawClient.open(edge.port);
    client.send(`POST /things HTTP/1.1\r\n${host}${json}Content-Length: 100000000\r\n\r\n`);
    const answer = await client.answer();
    expectProblem(answer, 413);
    expect(answer.headers.connection).toBe('close');
    await client.closed();
    // The server has closed its side only: what is on its way must not turn the answer into a reset.
    client.send('x'.repeat(1_000_000));
    await client.gone();
  });

  it('by a little does not cost the connection', async () => {
    const patient = await openEdge({ lingerMs: 60_000 });
    const client = await RawClient.open(patient.port);
    client.send(`POST /things HTTP/1.1\r\n${host}${json}Content-Length: 1500\r\n\r\n`);
    expectProblem(await client.answer(), 413);
    client.send('x'.repeat(1500)).send(`GET /things/1 HTTP/1.1\r\n${close}\r\n`);
    expect(await client.answer()).toMatchObject({ status: 200 });
    await client.gone();
    await patient.close();
  });
});

describe('a client that asks before it sends a body', () => {
  it('is told to go on once, and its body is taken', async () => {
    const client = await RawClient.open(edge.port);
    const before = edge.taken.length;
    client.send(`${post}Content-Length: 12\r\nExpect: 100-continue\r\n\r\n`);
    expect(await client.answer()).toMatchObject({ status: 100 });
    client.send('{"name":"x"}');
    expect(await client.answer()).toMatchObject({ status: 201 });
    expect(await client.closed()).toBe('');
    client.destroy();
    edge.taken.splice(before);
  });
});
