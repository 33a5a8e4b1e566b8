import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';

import { HttpTransport } from '../../shared/outbox/http-transport.js';
import type { Answer, DestinationOptions, Entry, Sequence } from '../../shared/outbox/types.js';
import { destination, SECRET } from '../support/dispatcher-fixture.js';
import { ManualClock } from '../support/manual-clock.js';

interface Received {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

const OTHER_SECRET = `whsec_${Buffer.alloc(32, 9).toString('base64')}`;

function entry(sequence: number, body = `{"n":${sequence}}`): Entry {
  return { sequence: sequence as Sequence, id: `id-${sequence}`, key: 'alice', body: Buffer.from(body) };
}

describe('HttpTransport', () => {
  let server: Server;
  let url: string;
  let received: Received[];
  let answer: (request: Received, response: ServerResponse, raw: IncomingMessage) => void;
  let onReceived: () => void;
  let transports: HttpTransport[];
  // Standard Webhooks are checked against the machine's time by the library.
  let clock: ManualClock;

  beforeEach(async () => {
    received = [];
    transports = [];
    clock = new ManualClock(Date.now());
    answer = (_, response) => response.writeHead(200).end('{"status":"applied"}');
    onReceived = () => undefined;
    server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { method, url, headers } = request;
        const whole = { method, url, headers, body: Buffer.concat(chunks).toString() };
        received.push(whole);
        answer(whole, response, request);
        onReceived();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/events?from=outbox`;
  });

  afterEach(async () => {
    await Promise.all(transports.map((transport) => transport.close()));
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  function transportTo(options: Partial<DestinationOptions> = {}): HttpTransport {
    const transport = new HttpTransport(destination('warehouse', { url, ...options }), clock);
    transports.push(transport);
    return transport;
  }

  function nextReceived(): Promise<void> {
    return new Promise((resolve) => {
      onReceived = resolve;
    });
  }

  it('sends the bytes of one entry as one signed event', async () => {
    const body = '{"type":"purchase.accepted","data":{"name":"Zoë"}}';
    expect(await transportTo().send([entry(7, body)])).toMatchObject([{ kind: 'status', status: 200 }]);

    const [request] = received;
    expect(request).toMatchObject({ method: 'POST', url: '/events?from=outbox', body });
    expect(request?.headers).toMatchObject({
      'content-type': 'application/json',
      'webhook-id': 'id-7',
      'webhook-timestamp': String(Math.floor(clock.now() / 1000)),
    });
    expect(request?.headers['user-agent']).toContain('outbox');
    expect(new Webhook(SECRET).verify(body, request?.headers as Record<string, string>)).toEqual(JSON.parse(body));
  });

  it('signs with every secret, so that a receiver may hold the old or the new one', async () => {
    await transportTo({ secrets: [OTHER_SECRET, SECRET] }).send([entry(1)]);
    const { body, headers } = received[0]!;
    expect(String(headers['webhook-signature']).split(' ')).toHaveLength(2);
    for (const secret of [SECRET, OTHER_SECRET]) {
      expect(() => new Webhook(secret).verify(body, headers as Record<string, string>)).not.toThrow();
    }
    const stranger = `whsec_${Buffer.alloc(24, 1).toString('base64')}`;
    expect(() => new Webhook(stranger).verify(body, headers as Record<string, string>)).toThrow();
  });

  it('stamps each attempt with its own time and the same id', async () => {
    const transport = transportTo();
    await transport.send([entry(1)]);
    await clock.advance(61_000);
    await transport.send([entry(1)]);
    const [first, second] = received.map(({ headers }) => headers);
    expect(second?.['webhook-id']).toBe(first?.['webhook-id']);
    expect(Number(second?.['webhook-timestamp']) - Number(first?.['webhook-timestamp'])).toBe(61);
    expect(second?.['webhook-signature']).not.toBe(first?.['webhook-signature']);
  });

  describe('for an entry that came with a trace', () => {
    const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
    const trace = { traceparent: `00-${traceId}-00f067aa0ba902b7-01`, tracestate: 'rojo=1' };
    const sent = () => received.map(({ headers }) => headers.traceparent);

    it('goes on with it at each attempt, and each question, under another id', async () => {
      const transport = transportTo({ verifyUrl: `${new URL(url).origin}/held/{id}` });
      await transport.send([{ ...entry(1), trace }]);
      await transport.send([{ ...entry(1), trace }]);
      await transport.holds({ ...entry(1), trace });
      for (const header of sent()) expect(header).toMatch(new RegExp(`^00-${traceId}-[0-9a-f]{16}-01$`));
      expect(received.map(({ headers }) => headers.tracestate)).toEqual(sent().map(() => 'rojo=1'));
      expect(new Set([...sent(), trace.traceparent]).size).toBe(sent().length + 1);
      expect(received.map(({ method }) => method)).toEqual(['POST', 'POST', 'GET', 'GET']);
    });

    it('names in a batch the trace of all of its entries, or none', async () => {
      answer = (_, response) => response.writeHead(200).end('{"results":[]}');
      const transport = transportTo({ batchMax: 2 });
      await transport.send([1, 2].map((sequence) => ({ ...entry(sequence), trace })));
      await transport.send([{ ...entry(3), trace }, entry(4)]);
      await transport.send([entry(5)]);
      expect(sent()).toEqual([expect.stringContaining(traceId), undefined, undefined]);
    });
  });

  it('keeps its connections open from one event to the next', async () => {
    const ports = new Set<number | undefined>();
    answer = (_, response, raw) => {
      ports.add(raw.socket.remotePort);
      response.writeHead(200).end('{"status":"applied"}');
    };
    const transport = transportTo();
    for (let sequence = 1; sequence <= 20; sequence += 1) await transport.send([entry(sequence)]);
    expect(ports.size).toBeLessThanOrEqual(2);
  });

  it('hands on the status, the words and the wish to be left alone', async () => {
    answer = (_, response) => response.writeHead(503, { 'retry-after': '7' }).end('closed\n for  stock-taking');
    expect(await transportTo().send([entry(1)])).toEqual([
      { kind: 'status', status: 503, detail: 'closed\n for  stock-taking', retryAfterMs: 7_000 },
    ]);
  });

  it.each([302, 401, 404, 408, 410, 413, 425, 429, 500, 503])(
    'hands on the wish of a %i in both forms, or the destination would be run over',
    async (code) => {
      for (const wish of ['7', new Date(Math.floor(clock.now() / 1000) * 1000 + 7_000).toUTCString()]) {
        answer = (_, response) => response.writeHead(code, { 'retry-after': wish }).end();
        const [first] = await transportTo().send([entry(1)]);
        const { retryAfterMs } = first as { retryAfterMs: number };
        expect(first).toMatchObject({ kind: 'status', status: code });
        expect(retryAfterMs).toBeGreaterThan(6_000);
        expect(retryAfterMs).toBeLessThanOrEqual(7_000);
      }
    },
  );

  it('leaves the events of a batch alone that are to be sent again, for as long as its answer asks', async () => {
    answer = (_, response) =>
      response
        .writeHead(200, { 'retry-after': '7' })
        .end('{"results":[{"id":"id-1","status":"retry"},{"id":"id-2","status":"applied"}]}');
    expect(await transportTo({ batchMax: 2 }).send([entry(1), entry(2)])).toMatchObject([
      { status: 503, retryAfterMs: 7_000 },
      { status: 200, retryAfterMs: undefined },
    ]);
  });

  it.each([300, 301, 302, 303, 307, 308])(
    'does not follow a %i, and says where it leads: a purchase goes nowhere but where it was configured to go',
    async (code) => {
      answer = (_, response) => response.writeHead(code, { location: '/elsewhere?token=1' }).end();
      const { origin } = new URL(url);
      const redirected = { kind: 'status', status: code, redirect: `${origin}/elsewhere` };
      const transport = transportTo({ verifyUrl: `${origin}/held/{id}` });
      expect(await transport.send([entry(1)])).toMatchObject([redirected]);
      expect(await transport.holds(entry(1))).toMatchObject({ status: 'no-answer', answer: redirected });
      expect(received.map(({ method, url: path }) => `${method} ${path}`)).toEqual([
        'POST /events?from=outbox',
        'GET /held/id-1',
      ]);
    },
  );

  it('looks for no target in an answer that is no redirect: a 201 has a Location too', async () => {
    answer = (_, response) => response.writeHead(201, { location: '/elsewhere' }).end();
    expect((await transportTo().send([entry(1)]))[0]).not.toHaveProperty('redirect');
  });

  it('gives up a destination that takes the request and never answers', async () => {
    answer = () => undefined;
    const arrived = nextReceived();
    const answers = transportTo({ attemptTimeoutMs: 5_000 }).send([entry(1)]);
    await arrived;
    await clock.advance(4_999);
    let answered = false;
    void answers.then(() => (answered = true));
    await clock.advance(0);
    expect(answered).toBe(false);
    await clock.advance(1);
    expect(await answers).toEqual([{ kind: 'none', detail: 'no answer within 5000 ms' }]);
    expect(clock.pending).toBe(0);
  });

  it('counts the reading of a batch answer into the time of the attempt', async () => {
    answer = (_, response) => {
      response.writeHead(200, { 'content-length': '1000' });
      response.write('{"results":[');
    };
    const arrived = nextReceived();
    const answers = transportTo({ batchMax: 10 }).send([entry(1), entry(2)]);
    await arrived;
    await clock.advance(5_000);
    const none: Answer = { kind: 'none', detail: 'no answer within 5000 ms' };
    expect(await answers).toEqual([none, none]);
  });

  it('takes a yes for a yes though its body never comes: the purchase is stored there', async () => {
    let begun: () => void = () => undefined;
    const headersOut = new Promise<void>((resolve) => (begun = resolve));
    answer = (_, response) => {
      response.writeHead(200, { 'content-length': '1000' });
      response.write('{', () => {
        begun();
      });
    };
    const answers = transportTo().send([entry(1)]);
    await headersOut;
    // The server has written its headers; a few turns let our side read them before the limit comes.
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    await clock.advance(5_000);
    const [first] = await answers;
    expect(first).toMatchObject({ kind: 'status', status: 200 });
  });

  it('says that the connection was cut', async () => {
    answer = (_, __, raw) => raw.socket.destroy();
    const [first] = await transportTo().send([entry(1)]);
    expect(first).toMatchObject({ kind: 'none' });
    // It may have been applied before.
    expect(first).not.toHaveProperty('notApplied');
    expect(first?.detail).toMatch(/other side closed|ECONNRESET/);
    expect(clock.pending).toBe(0);
  });

  it('says that nobody listens, and where', async () => {
    const { port } = server.address() as AddressInfo;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    const [first] = await transportTo().send([entry(1)]);
    expect(first).toEqual({ kind: 'none', detail: `connect ECONNREFUSED 127.0.0.1:${port}`, notApplied: true });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });

  it('hands on a long problem as it came: cut short, it could not be read any more', async () => {
    const problem = JSON.stringify({ detail: 'the body breaks the schema', errors: [{ detail: 'x'.repeat(2_000) }] });
    answer = (_, response) => response.writeHead(422).end(problem);
    const [first] = await transportTo().send([entry(1)]);
    expect(first?.detail).toBe(problem);
  });

  it('does not read an answer without end', async () => {
    answer = (_, response) => {
      response.writeHead(500);
      const more = () => {
        while (response.write('x'.repeat(16_384)));
      };
      response.on('drain', more);
      more();
    };
    const [first] = await transportTo().send([entry(1)]);
    expect(first).toMatchObject({ kind: 'status', status: 500 });
    expect(first?.detail.length).toBeLessThanOrEqual(4_096);
  });

  it('unpacks nothing: a few kilobytes could be made to fill the memory', async () => {
    const bomb = gzipSync(Buffer.alloc(20_000_000));
    answer = (_, response) => response.writeHead(500, { 'content-encoding': 'gzip' }).end(bomb);
    const [first] = await transportTo().send([entry(1)]);
    expect(first).toMatchObject({ kind: 'status', status: 500 });
    expect(first?.detail).toBe(bomb.subarray(0, 4_096).toString('utf8'));
    answer = (_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb);
    expect(await transportTo({ batchMax: 2 }).send([entry(1), entry(2)])).toMatchObject([
      { unread: true },
      { unread: true },
    ]);
  });

  it('reads no more of a head than fits in 16 KiB, and takes it for no answer', async () => {
    answer = (_, response) => response.writeHead(200, { 'x-much': 'x'.repeat(20_000) }).end('{"status":"applied"}');
    const [first] = await transportTo().send([entry(1)]);
    expect(first).toMatchObject({ kind: 'none', detail: expect.stringMatching(/header/i) });
    expect(first).not.toHaveProperty('notApplied');
  });

  it('reads a head without end no further', async () => {
    answer = (_, __, raw) => {
      const { socket } = raw;
      socket.write('HTTP/1.1 200 OK\r\n');
      const more = () => {
        while (socket.writable && socket.write(`x-${'y'.repeat(1_000)}: z\r\n`));
      };
      socket.on('drain', more);
      more();
    };
    const [first] = await transportTo().send([entry(1)]);
    expect(first).toMatchObject({ kind: 'none' });
  });

  it('sends several entries as one signed array and takes an answer for each', async () => {
    answer = (_, response) =>
      response.writeHead(200).end(
        JSON.stringify({
          results: [
            { id: 'id-4', status: 'retry', detail: 'row locked' },
            { id: 'id-2', status: 'duplicate' },
            { id: 'id-1', status: 'applied' },
            { id: 'id-3', status: 'rejected', detail: 'no such SKU' },
          ],
        }),
      );
    const answers = await transportTo({ batchMax: 5 }).send([1, 2, 3, 4, 5].map((sequence) => entry(sequence)));
    expect(answers).toEqual([
      { kind: 'status', status: 200, detail: '', retryAfterMs: undefined },
      { kind: 'status', status: 200, detail: '', retryAfterMs: undefined, duplicate: true },
      { kind: 'status', status: 422, detail: 'no such SKU', retryAfterMs: undefined },
      { kind: 'status', status: 503, detail: 'row locked', retryAfterMs: undefined, notApplied: true },
      { kind: 'none', detail: 'no result for it in the answer to a batch' },
    ]);
    const { body, headers } = received[0]!;
    expect(JSON.parse(body)).toEqual([1, 2, 3, 4, 5].map((n) => ({ n })));
    expect(headers['webhook-id']).toMatch(/^batch-[0-9a-f]{32}$/);
    expect(() => new Webhook(SECRET).verify(body, headers as Record<string, string>)).not.toThrow();
  });

  it('gives every entry of a batch the status that was given to the whole', async () => {
    answer = (_, response) => response.writeHead(413).end('too much');
    const answers = await transportTo({ batchMax: 2 }).send([entry(1), entry(2)]);
    expect(answers).toMatchObject([{ status: 413 }, { status: 413 }]);
  });

  it.each([
    ['{"status":"duplicate"}', true],
    ['{"status":"applied"}', undefined],
    ['{"status":"applied","note":"no \\"duplicate\\""}', undefined],
    ['duplicate', undefined],
    ['"duplicate"', undefined],
    ['', undefined],
  ])('takes %p for a word on a repeat: %p', async (text, duplicate) => {
    answer = (_, response) => response.writeHead(200).end(text);
    const [first] = await transportTo().send([entry(1)]);
    expect(first).toMatchObject({ kind: 'status', status: 200 });
    expect((first as { duplicate?: true }).duplicate).toBe(duplicate);
  });

  describe('asked whether the destination has an entry', () => {
    const origin = () => new URL(url).origin;
    const asker = (options: Partial<DestinationOptions> = {}) =>
      transportTo({ verifyUrl: `${origin()}/held/{id}?for={id}`, ...options });
    /** What is answered about our entries; there are no others. */
    const aboutOurs = (code: number): typeof answer => {
      return ({ headers }, response) => {
        const known = /^id-1$|^a\/b/.test(String(headers['webhook-id']));
        response.writeHead(known ? code : 404, { location: '/elsewhere', 'retry-after': '3' }).end();
      };
    };

    it('puts its id into the URL, and signs, so that strangers need not be answered', async () => {
      answer = aboutOurs(200);
      expect(await asker().holds({ ...entry(1), id: 'a/b c?$&' })).toEqual({ status: 'held' });
      const { method, url: path, headers, body } = received[0]!;
      expect([method, path, body]).toEqual(['GET', '/held/a%2Fb%20c%3F%24%26?for=a%2Fb%20c%3F%24%26', '']);
      expect(headers['webhook-id']).toBe('a/b c?$&');
      const signed = headers as Record<string, string>;
      expect(() => new Webhook(SECRET).verify('', signed)).not.toThrow(/signature/);
    });

    it.each([
      [200, 'held'],
      [204, 'held'],
      [404, 'not-held'],
      [301, 'no-answer'],
      [401, 'no-answer'],
      [403, 'no-answer'],
      [410, 'no-answer'],
      [429, 'no-answer'],
      [500, 'no-answer'],
      [503, 'no-answer'],
    ])('takes a %i for %p, and follows no redirect', async (code, status) => {
      answer = aboutOurs(code);
      expect(await asker().holds(entry(1))).toMatchObject(
        status === 'no-answer' ? { status, answer: { kind: 'status', status: code, retryAfterMs: 3_000 } } : { status },
      );
      expect(received.map(({ url: path }) => path)).not.toContain('/elsewhere');
    });

    it('does not believe a page that says yes to everything: it would confirm what never arrived', async () => {
      answer = (_, response) => response.writeHead(200).end('<!doctype html><title>Our warehouse</title>');
      const detail = 'it says yes, and says so of an id that nobody has';
      expect(await asker().holds(entry(1))).toEqual({ status: 'no-answer', answer: { kind: 'none', detail } });
      await asker().holds(entry(1));
      const about = received.map(({ headers }) => headers['webhook-id']);
      expect([about[0], about[2]]).toEqual(['id-1', 'id-1']);
      expect(about[1]).not.toBe(about[3]);
    });

    it('does not believe a yes that cannot be put to the test', async () => {
      answer = ({ headers }, response) => response.writeHead(headers['webhook-id'] === 'id-1' ? 200 : 503).end();
      expect(await asker().holds(entry(1))).toMatchObject({ status: 'no-answer', answer: { status: 503 } });
    });

    it('waits no longer than for an attempt', async () => {
      answer = () => undefined;
      const arrived = nextReceived();
      const holding = asker({ attemptTimeoutMs: 700 }).holds(entry(1));
      await arrived;
      await clock.advance(700);
      const none: Answer = { kind: 'none', detail: 'no answer within 700 ms' };
      expect(await holding).toEqual({ status: 'no-answer', answer: none });
      expect(clock.pending).toBe(0);
    });

    it('has no answer when nobody listens', async () => {
      const holding = await asker({ verifyUrl: 'http://127.0.0.1:9/held/{id}' }).holds(entry(1));
      expect(holding).toMatchObject({ status: 'no-answer', answer: { kind: 'none', notApplied: true } });
    });

    it('does not read what it has without end', async () => {
      answer = ({ headers }, response) => {
        response.writeHead(headers['webhook-id'] === 'id-1' ? 200 : 404);
        const more = () => {
          while (response.write('x'.repeat(16_384)));
        };
        response.on('drain', more);
        more();
      };
      expect(await asker().holds(entry(1))).toEqual({ status: 'held' });
    });

    it('uses the connections of the deliveries where both go to one place, and closes those it has besides', async () => {
      const ports = new Set<number | undefined>();
      answer = (_, response, raw) => {
        ports.add(raw.socket.remotePort);
        response.writeHead(200).end();
      };
      const transport = asker({ inFlightMax: 1 });
      for (let sequence = 1; sequence <= 5; sequence += 1) {
        await transport.send([entry(sequence)]);
        await transport.holds(entry(sequence));
      }
      expect(ports.size).toBe(1);
      const elsewhere = asker({ url: 'http://127.0.0.1:9/events' });
      await elsewhere.holds(entry(1));
      await elsewhere.close();
      expect(await elsewhere.holds(entry(1))).toMatchObject({ status: 'no-answer' });
    });

    it('cannot be, where it was not said how', async () => {
      await expect(transportTo().holds(entry(1))).rejects.toThrow('no verify URL');
    });
  });

  it('cuts what is under way when it is closed', async () => {
    answer = () => undefined;
    const arrived = nextReceived();
    const transport = transportTo();
    const answers = transport.send([entry(1)]);
    await arrived;
    await transport.close();
    expect(await answers).toMatchObject([{ kind: 'none' }]);
    expect(await transport.send([entry(2)])).toMatchObject([{ kind: 'none' }]);
  });

  it('refuses an address or a secret that is none, before anything is sent', () => {
    expect(() => transportTo({ url: 'warehouse' })).toThrow();
    expect(() => transportTo({ secrets: ['hush'] })).toThrow('whsec_');
    expect(() => transportTo({ secrets: [] })).toThrow('at least one');
  });
});
