import { once } from 'node:events';
import { request as send, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';

import { createApp, listen, notesOf, problems, type Listening, type ServerLimits } from '../../shared/http/index.js';
import { createMetrics, observeRequests, type ServiceMetrics } from '../../shared/telemetry/metrics.js';
import { waitUntil } from '../../shared/shop-client/wait-until.js';

const host = '127.0.0.1';

interface Line {
  readonly level: number;
  readonly msg: string;
  readonly requestId?: string;
}

describe('a request that is observed', () => {
  let level: string;
  let lines: Line[];
  let metrics: ServiceMetrics;
  let server: Listening;
  let sockets: { destroy(): void }[];

  const start = async (limits: Partial<ServerLimits> = {}) => {
    const log = pino(
      { level, base: null, timestamp: false },
      { write: (line) => lines.push(JSON.parse(line) as Line) },
    );
    metrics = createMetrics();
    const app = createApp(log, (routes) => {
      routes
        .route('/things/:id')
        .get((_request, response) => {
          Object.assign(notesOf(response), { id: 'purchase-1', sequence: 7, caller: 'shop', secret: 'never' });
          response.json({ some: 'thing' });
        })
        .post(() => {
          throw problems.notReady('Not now.');
        });
      routes.get('/bug', () => {
        throw new Error('broken');
      });
      routes.get('/hang', (_request, response) => {
        sockets.push(response.socket!);
      });
    });
    const observer = observeRequests(log);
    observer.show(metrics);
    server = await listen(app, { host, port: 0, observer, limits });
  };

  beforeEach(() => {
    level = 'debug';
    lines = [];
    sockets = [];
  });
  afterEach(async () => {
    for (const socket of sockets) socket.destroy();
    await server.stop(0);
  });

  const ask = async (method: string, path: string, headers: Record<string, string> = {}) => {
    const outgoing = send({ host, port: server.port, method, path, headers, agent: false });
    outgoing.end();
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
    response.resume();
    await once(response, 'end');
    return response;
  };
  const raw = async (text: string) => {
    const socket = connect(server.port, host);
    socket.write(text);
    let answer = '';
    for await (const chunk of socket) answer += String(chunk);
    return answer;
  };
  const untilLines = (count: number) =>
    waitUntil(
      `${count} lines`,
      () => Promise.resolve(lines),
      (found) => found.length >= count,
    );
  const shown = async (prefix: string) =>
    (await metrics.metrics()).split('\n').filter((line) => line.startsWith(prefix) && !line.includes('_bucket'));

  it('has one line, with the pattern of its route and what is known of it, and nothing else that was noted', async () => {
    await start();
    const response = await ask('GET', '/things/alice?card=4111111111111111');
    await untilLines(1);
    expect(lines).toEqual([
      {
        level: 20,
        requestId: response.headers['x-request-id'],
        id: 'purchase-1',
        sequence: 7,
        caller: 'shop',
        method: 'GET',
        route: '/things/:id',
        status: 200,
        ms: expect.any(Number),
        bytes: 16,
        msg: 'request answered',
      },
    ]);
  });

  it('costs no line at info, unless the service failed: a busy day would be all purchases, or what strangers try', async () => {
    level = 'info';
    await start();
    await ask('GET', '/things/1');
    await ask('GET', '/nothing');
    for (const version of ['0.9', '2.0', '3.1']) {
      expect(await raw(`GET /things/1 HTTP/${version}\r\nHost: x\r\nConnection: close\r\n\r\n`)).toMatch(/ 505 /);
    }
    const response = await ask('GET', '/bug');
    await untilLines(2);
    const failed = { requestId: response.headers['x-request-id'], method: 'GET', route: '/bug' };
    expect(lines).toMatchObject([
      { level: 50, msg: 'a request failed', ...failed, err: { message: 'broken' } },
      { level: 50, msg: 'request answered', ...failed, status: 500, problem: 'internal' },
    ]);
  });

  it.each(['abc-1', '0af7651916cd43dd8448eb211c80319c', 'a.b_C-9', 'x'.repeat(64)])(
    'keeps the id %s that it came with, or nobody could follow it from another service',
    async (id) => {
      await start();
      expect((await ask('GET', '/things/1', { 'X-Request-Id': id })).headers['x-request-id']).toBe(id);
      await untilLines(1);
      expect(lines[0]?.requestId).toBe(id);
    },
  );

  it.each(['', 'x'.repeat(65), 'two words', '<b>', '{"a":1}', '-a', 'a/b', 'a,b'])(
    'gets a new id instead of %j: a log must not hold what somebody wants to see there',
    async (id) => {
      await start();
      const given = (await ask('GET', '/things/1', { 'X-Request-Id': id })).headers['x-request-id'];
      expect(given).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    },
  );

  it('has an id of its own each time: two customers would share a story', async () => {
    await start();
    const ids = [await ask('GET', '/things/1'), await ask('GET', '/things/1')].map(
      ({ headers }) => headers['x-request-id'],
    );
    expect(new Set(ids).size).toBe(2);
  });

  it('is counted by method, route and status, none of which a caller can make up', async () => {
    await start();
    for (const id of ['1', '2', '3']) await ask('GET', `/things/${id}`);
    for (const path of ['/a', '/b', '/c?d']) await ask('GET', path);
    await ask('PROPFIND', '/things/1');
    await untilLines(7);
    expect(await shown('http_requests_total')).toEqual([
      'http_requests_total{method="GET",route="/things/:id",status="200"} 3',
      'http_requests_total{method="GET",route="unmatched",status="404"} 3',
      'http_requests_total{method="other",route="/things/:id",status="405"} 1',
    ]);
    expect(await shown('http_request_duration_seconds_count')).toHaveLength(3);
    expect(await shown('http_requests_in_flight')).toEqual(['http_requests_in_flight 0']);
  });

  it('that is cut off is no answer, and in flight no more: a client that gives up would look served', async () => {
    // One that has only closed its side might still read.
    await start({ silenceMsMax: 50 });
    const outgoing = send({ host, port: server.port, path: '/hang', agent: false });
    outgoing.on('error', () => undefined);
    outgoing.end();
    await waitUntil(
      'it hangs',
      () => Promise.resolve(sockets.length),
      (count) => count === 1,
    );
    expect(await shown('http_requests_in_flight')).toEqual(['http_requests_in_flight 1']);
    outgoing.destroy();
    await untilLines(1);
    expect(lines).toMatchObject([{ level: 20, msg: 'request was cut off before its answer was out', route: '/hang' }]);
    expect(lines[0]?.requestId).toBeDefined();
    expect(await shown('http_requests_in_flight')).toEqual(['http_requests_in_flight 0']);
    expect(await shown('http_requests_aborted')).toEqual(['http_requests_aborted_total{method="GET",route="/hang"} 1']);
    expect(await shown('http_requests_total')).toEqual([]);
  });

  it('that is refused is told once, and counted by reason: a flood of them would drown all else', async () => {
    level = 'info';
    await start();
    for (let count = 0; count < 5; count += 1) await ask('POST', '/things/1');
    await untilLines(1);
    expect(await shown('http_requests_refused')).toEqual(['http_requests_refused_total{reason="not-ready"} 5']);
    expect(lines).toMatchObject([{ level: 40, problem: 'not-ready' }]);
  });

  it('has an id and is seen, also when no app gets to see it; it is no error, or strangers could fill the log with those', async () => {
    await start();
    for (const [text, status] of [
      ['GARBAGE\r\n\r\n', 400],
      [`GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
      ['GET / HTTP/1.1\r\nHost: x\r\nExpect: miracles\r\nConnection: close\r\n\r\n', 417],
      ['GET /\r\n\r\n', 505],
    ] as const) {
      lines.length = 0;
      const id = /x-request-id: (\S+)/i.exec(await raw(text))?.[1];
      await untilLines(1);
      expect(lines).toMatchObject([{ level: 20, requestId: id, status }]);
      expect(id).toBeDefined();
    }
    expect(await shown('http_requests_refused')).toEqual([
      'http_requests_refused_total{reason="400"} 1',
      'http_requests_refused_total{reason="431"} 1',
    ]);
  });
});
