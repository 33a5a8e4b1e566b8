import { Agent, request as send, type IncomingMessage, type RequestListener } from 'node:http';
import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';

import { afterEach, describe, expect, it } from '@jest/globals';

import { createApp, healthRoutes, ListenError, ServicePort } from '../../shared/http/index.js';
import { handResolved, settled, type HandResolved } from '../support/hand-resolved.js';

const host = '127.0.0.1';
const log = { error: () => undefined };

/** A service whose `/work` waits until it is told to answer. */
function serviceApp(work: Promise<void>): RequestListener {
  return createApp(log, (app) => {
    app.use(healthRoutes(() => ({ ready: true })));
    app.post('/work', async (_request, response) => {
      await work;
      response.json({ status: 'done' });
    });
  });
}

describe('the port of a service', () => {
  let port: ServicePort;
  const agent = new Agent({ keepAlive: true });
  afterEach(async () => {
    await port.stop(AbortSignal.abort());
    agent.destroy();
  });

  const open = async (shutdownDelayMs = 0) => {
    const paused: { ms: number; hand: HandResolved; hurry: AbortSignal }[] = [];
    const pause = (ms: number, hurry: AbortSignal) => {
      const hand = handResolved();
      paused.push({ ms, hand, hurry });
      hurry.addEventListener('abort', () => {
        hand.resolve();
      });
      return hand.promise;
    };
    port = await ServicePort.open({ host, port: 0, shutdownDelayMs, log, pause });
    return paused;
  };

  const ask = async (path: string, method = 'GET') => {
    const outgoing = send({ host, port: port.port, path, method, agent });
    outgoing.end();
    const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
    const body = JSON.parse(await text(answer)) as Record<string, unknown>;
    return { status: answer.statusCode, retryAfter: answer.headers['retry-after'], body };
  };

  /** Sends work, and behind it another request; the server has both when this resolves, and `all` is what comes back then. */
  const sendBehindWork = async (line: string) => {
    const socket = connect(port.port, host);
    const requestOf = (what: string) => `${what} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n`;
    socket.write(['GET /healthz', 'POST /work', line].map(requestOf).join(''));
    await once(socket, 'data');
    return { all: text(socket) };
  };

  it('says that the service lives and recovers, before that can do anything: nobody would know what it is doing', async () => {
    await open();
    expect(await ask('/healthz')).toMatchObject({ status: 200, body: { status: 'alive' } });
    const recovering = {
      status: 503,
      retryAfter: '1',
      body: { type: 'urn:problem-type:not-ready', reason: 'recovering', detail: expect.stringContaining('written') },
    };
    expect(await ask('/readyz')).toMatchObject(recovering);
    expect(await ask('/work', 'POST')).toMatchObject(recovering);

    port.serve(serviceApp(Promise.resolve()));
    expect(await ask('/readyz')).toMatchObject({ status: 200, body: { status: 'ready' } });
    expect(await ask('/work', 'POST')).toMatchObject({ status: 200, body: { status: 'done' } });
  });

  it('says what the service waits for, or a person would wait as well', async () => {
    await open();
    port.waitsFor('disk-full', 'The disk is full.');
    expect(await ask('/readyz')).toMatchObject({
      status: 503,
      retryAfter: '5',
      body: { reason: 'disk-full', detail: 'The disk is full.' },
    });
  });

  it('that is taken is a matter for a person, and is found before any data is touched', async () => {
    await open();
    const second = ServicePort.open({ host, port: port.port, shutdownDelayMs: 0, log });
    await expect(second).rejects.toThrow(ListenError);
  });

  it('serves on while load balancers learn that the service goes, or each stop would cost the requests of some seconds', async () => {
    const paused = await open(8000);
    port.serve(serviceApp(Promise.resolve()));
    const stopped = port.stop(new AbortController().signal);
    await settled();
    expect(paused.map(({ ms }) => ms)).toEqual([8000]);

    for (const path of ['/readyz', '/readyz/', '/READYZ?x=1']) {
      expect(await ask(path)).toMatchObject({ status: 503, body: { reason: 'shutting-down' } });
    }
    expect(await ask('/healthz')).toMatchObject({ status: 200 });
    expect(await ask('/work', 'POST')).toMatchObject({ status: 200 });

    paused[0]?.hand.resolve();
    await stopped;
    await expect(ask('/healthz')).rejects.toThrow(/ECONNREFUSED|hang up|ECONNRESET/);
  });

  it('does not wait when it is told to hurry, nor without a delay', async () => {
    const paused = await open(8000);
    const hurry = new AbortController();
    const stopped = port.stop(hurry.signal);
    await settled();
    expect(paused).toHaveLength(1);
    hurry.abort();
    await stopped;

    expect(await open(0)).toEqual([]);
    await port.stop(new AbortController().signal);
  });

  it('answers what is in flight at the end, and tells those that wait behind it that it goes', async () => {
    await open();
    const work = handResolved();
    port.serve(serviceApp(work.promise));
    const received = [];
    for (const line of ['GET /readyz', 'GET /healthz', 'POST /work']) received.push(await sendBehindWork(line));
    const stopped = port.stop(new AbortController().signal);
    work.resolve();
    const [readiness, health, more] = await Promise.all(received.map(({ all }) => all));
    const served = '^HTTP/1.1 200 .*"done"';
    expect(readiness).toMatch(
      new RegExp(`${served}.*1.1 503 .*Retry-After: \\d.*Connection: close.*"reason":"shutting-down"`, 'is'),
    );
    expect(health).toMatch(new RegExp(`${served}.*1.1 200 .*"alive"`, 's'));
    expect(more).toMatch(new RegExp(`${served}.*1.1 503 .*Nothing was written.*"reason":"shutting-down"`, 's'));
    await stopped;
  });

  it('says what has failed, and lets those who wait have their answers: they could not know what became of it', async () => {
    await open();
    const work = handResolved();
    port.serve(serviceApp(work.promise));
    const { all } = await sendBehindWork('GET /readyz');
    const over = port.fail('log-failed', 'The log has failed.');
    work.resolve();
    expect(await all).toMatch(/^HTTP\/1\.1 200 .*"done".*1\.1 503 .*"reason":"log-failed"/s);
    await over;
    await expect(ask('/readyz')).rejects.toThrow(/ECONNREFUSED|hang up|ECONNRESET/);
  });

  it('may be stopped twice: both wait for the same end', async () => {
    await open();
    const { signal } = new AbortController();
    expect(port.stop(signal)).toBe(port.stop(signal));
  });
});
