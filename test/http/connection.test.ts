import { afterEach, describe, expect, it } from '@jest/globals';

import { serverLimits, type ServerLimits } from '../../shared/http/index.js';
import { openEdge } from '../support/edge-server.js';
import { parseAnswers, RawClient } from '../support/raw-client.js';
import { waitUntil } from '../../shared/shop-client/wait-until.js';

const host = 'Host: x\r\n';
const get = `GET /things/1 HTTP/1.1\r\n${host}\r\n`;
const post = (path: string, body: string) =>
  `POST ${path} HTTP/1.1\r\n${host}Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
const taken = (name: string) => post('/things', `{"name":"${name}"}`);
/** So short that they are over at once, and looked at all the time. */
const soon = { timeoutsCheckedEveryMs: 10 };

let edge: Awaited<ReturnType<typeof openEdge>>;
const clients: RawClient[] = [];
const open = async (limits: Partial<ServerLimits> = {}) => {
  edge = await openEdge({ lingerMs: 50, ...limits });
};
const connect = async () => {
  const client = await RawClient.open(edge.port);
  clients.push(client);
  return client;
};
/** A connection on which the service owes an answer. */
const connectAndHold = async () => {
  const client = await connect();
  const before = edge.held.length;
  client.send(post('/held', '{}'));
  await waitUntil(
    'the request has come',
    () => Promise.resolve(edge.held.length),
    (held) => held > before,
  );
  return client;
};
afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  await edge.close();
});

describe('requests sent one behind the other', () => {
  it('are served in order, one at a time: a purchase is seen by what was sent behind it', async () => {
    await open();
    const client = await connect();
    client.send(taken('a') + taken('b') + get);
    expect(await client.answer()).toMatchObject({ status: 201, body: '{"name":"a"}' });
    expect(await client.answer()).toMatchObject({ status: 201, body: '{"name":"b"}' });
    expect(await client.answer()).toMatchObject({ body: '{"id":1,"taken":["a","b"]}' });
  });

  it('wait for an answer that takes its time', async () => {
    await open();
    const client = await connectAndHold();
    client.send(taken('behind'));
    await (await connect()).send(get).answer();
    expect(edge.taken).toEqual([]);
    edge.held[0]!.json({});
    await client.answer();
    expect(await client.answer()).toMatchObject({ status: 201 });
  });

  it('are not taken without bound: a flood costs its client the connection, and no one else anything', async () => {
    await open({ pipelinedMax: 4 });
    const client = await connectAndHold();
    client.send(taken('flood').repeat(500));
    expect(await client.closed()).toBe('');
    expect(edge.taken).toEqual([]);
    await (await connect()).send(get).answer();
  });
});

describe('what cannot be read behind a request that is being worked on', () => {
  it('is answered behind it, or a purchase would be told that nothing was written', async () => {
    await open();
    const client = await connectAndHold();
    client.send('GARBAGE\r\n\r\n');
    await (await connect()).send(get).answer();
    expect(client.received).toBe('');
    edge.held[0]!.status(201).json({});
    expect(await client.answer()).toMatchObject({ status: 201 });
    expect(await client.answer()).toMatchObject({ status: 400 });
    expect(await client.closed()).toBe('');
  });

  it('is answered behind those that wait, too, if it is the body of the last', async () => {
    await open();
    const client = await connectAndHold();
    client.send(taken('waiting'));
    client.send(`POST /things HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\nzz\r\n`);
    await (await connect()).send(get).answer();
    edge.held[0]!.status(201).json({});
    const statuses = parseAnswers(await client.closed()).map(({ status }) => status);
    expect(statuses).toEqual([201, 201, 400]);
    expect(edge.taken).toEqual(['waiting']);
  });
});

describe('a client that takes its time', () => {
  it('has the time that is published, if nobody says otherwise', () => {
    expect(serverLimits).toMatchObject({
      headersTimeoutMs: 10_000,
      requestTimeoutMs: 30_000,
      keepAliveTimeoutMs: 5_000,
    });
  });

  it('with its headers is told so, and loses the connection', async () => {
    await open({ ...soon, headersTimeoutMs: 40 });
    const client = await connect();
    client.send('GET /things/1 HTTP/1.1\r\nHost:');
    expect(await client.answer()).toMatchObject({ status: 408, headers: { connection: 'close' } });
    expect(await client.closed()).toBe('');
  });

  it('with its body is told so once, and nothing of it is taken', async () => {
    await open({ ...soon, requestTimeoutMs: 40, headersTimeoutMs: 40 });
    const client = await connect();
    client.send(taken('slow').slice(0, -2));
    expect(await client.answer()).toMatchObject({ status: 408 });
    expect(await client.closed()).toBe('');
    expect(edge).toMatchObject({ taken: [], logged: [] });
  });

  it('with a body that nobody waits for any more gets no second answer', async () => {
    await open({ ...soon, requestTimeoutMs: 40, headersTimeoutMs: 40 });
    const client = await connect();
    client.send(`POST /nothing HTTP/1.1\r\n${host}Content-Length: 10\r\n\r\nx`);
    expect(await client.answer()).toMatchObject({ status: 404 });
    expect(await client.closed()).toBe('');
  });

  it('and sends nothing at all just loses the connection: it has asked nothing', async () => {
    await open({ ...soon, headersTimeoutMs: 40 });
    expect(await (await connect()).closed()).toBe('');
  });

  it('between two requests does so too', async () => {
    await open({ ...soon, keepAliveTimeoutMs: 10 });
    const client = await connect();
    expect(await client.send(get).answer()).toMatchObject({ status: 200 });
    expect(await client.closed()).toBe('');
  });
});

describe('an answer', () => {
  it('that takes its time is waited for, however silent the connection is', async () => {
    await open({ silenceMsMax: 10 });
    const client = await connectAndHold();
    const idle = await connect();
    // That one being cut says that the time is over; twice, so that it is not the first look at the other that saved it.
    await idle.closed();
    await (await connect()).closed();
    edge.held[0]!.status(201).json({});
    expect(await client.answer()).toMatchObject({ status: 201 });
  });

  it('reaches a client that has closed its own side, as netcat does', async () => {
    await open();
    const client = await connectAndHold();
    client.socket.end();
    await (await connect()).send(get).answer();
    edge.held[0]!.status(201).json({});
    expect(await client.answer()).toMatchObject({ status: 201 });
    expect(await client.closed()).toBe('');
  });

  it('that is not read costs its client the connection, and those behind it are not even begun', async () => {
    await open({ silenceMsMax: 50, pipelinedMax: 1000 });
    const client = await connect();
    client.socket.pause();
    client.send(`GET /large HTTP/1.1\r\n${host}\r\n`.repeat(1000));
    await waitUntil(
      'the connection is cut',
      () => Promise.resolve(edge.large.cut),
      (cut) => cut === 1,
    );
    // What the system takes in between is some megabytes; an answer has four.
    expect(edge.large.begun).toBeLessThan(10);
    expect(edge.large.inVain).toBe(0);
  });

  it('that is not read costs it the connection also if a tunnel is asked for behind it, of which Node would know nothing', async () => {
    await open({ silenceMsMax: 50 });
    const client = await connect();
    client.socket.pause();
    client.send(`GET /large HTTP/1.1\r\n${host}\r\n`.repeat(5) + `CONNECT x:80 HTTP/1.1\r\n${host}\r\n`);
    await waitUntil(
      'the connection is cut',
      () => Promise.resolve(edge.large.cut),
      (cut) => cut === 1,
    );
  });

  it.each([
    ['a problem', `POST /nothing HTTP/1.1\r\n${host}Content-Length: 10\r\n\r\nx`, 404],
    ['one', `GET /things/1 HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n`, 200],
  ])(
    'that is %s and came before the whole body is not followed by a long wait for the rest',
    async (_what, bytes, status) => {
      await open({ keepAliveTimeoutMs: 60_000, requestTimeoutMs: 60_000 });
      const client = await connect();
      expect(await client.send(bytes).answer()).toMatchObject({ status });
      expect(await client.closed()).toBe('');
    },
  );
});

describe('a server with all the connections that it serves', () => {
  const full = { connectionsMax: 2, connectionGraceMs: 0, refusalsMax: 2 };

  it('takes a new one in the place of the one that idles for the longest: idlers keep nobody out', async () => {
    await open(full);
    const [oldest, newer] = [await connect(), await connect()];
    await oldest.send(get).answer();
    await newer.send(get).answer();
    const third = await connect();
    expect(await third.send(get).answer()).toMatchObject({ status: 200 });
    expect(await oldest.closed()).toBe('');
    expect(await newer.send(get).answer()).toMatchObject({ status: 200 });
  });

  it('tells one whose request comes slowly', async () => {
    await open(full);
    const slow = await connect();
    slow.send(taken('slow').slice(0, -2));
    await (await connect()).send(get).answer();
    await (await connect()).send(get).answer();
    expect(await slow.answer()).toMatchObject({ status: 408 });
    expect(edge.taken).toEqual([]);
  });

  it('is rid of it then, also if it never closes its side: a row of such clients keeps nobody out', async () => {
    await open({ ...full, lingerMs: 60_000 });
    const row = new Set([await connect(), await connect()]);
    for (const slow of row) slow.send(taken('slow').slice(0, -2));
    for (let count = 0; count < 10; count += 1) {
      row.add((await connect()).send(taken('slow').slice(0, -2)));
      // Not always the first of the row: the system says in which order what they sent is read.
      row.delete(await Promise.race([...row].map(async (slow) => slow.closed().then(() => slow))));
    }
    expect(await (await connect()).send(get).answer()).toMatchObject({ status: 200 });
  });

  it('cuts off no one whose request it works on, and says so to those who come', async () => {
    await open(full);
    const held = [await connectAndHold(), await connectAndHold()];
    const refused = await connect();
    expect(await refused.answer()).toMatchObject({ status: 503, headers: { 'retry-after': '1', connection: 'close' } });
    refused.send(taken('refused'));
    expect(await refused.closed()).toBe('');
    expect(edge.taken).toEqual([]);
    for (const [index, client] of held.entries()) {
      edge.held[index]!.status(201).json({});
      expect(await client.answer()).toMatchObject({ status: 201 });
    }
    expect(await (await connect()).send(get).answer()).toMatchObject({ status: 200 });
  });

  it('gives one that has just come its time: a flood of connections drives out nobody', async () => {
    await open({ ...full, connectionGraceMs: 60_000 });
    const first = await connect();
    const second = await connect();
    expect(await (await connect()).answer()).toMatchObject({ status: 503 });
    for (const client of [first, second]) expect(await client.send(get).answer()).toMatchObject({ status: 200 });
  });

  it('does not even speak to those beyond some that it refuses', async () => {
    await open({ ...full, connectionGraceMs: 60_000, lingerMs: 60_000 });
    const four = [await connect(), await connect(), await connect(), await connect()];
    await four[2]!.answer();
    await four[3]!.answer();
    expect(await (await connect()).closed()).toBe('');
    four[2]!.destroy();
    await waitUntil(
      'there is room to refuse again',
      async () => (await connect()).answer(),
      ({ status }) => status === 503,
    );
  });
});
