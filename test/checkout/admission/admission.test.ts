import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import request from 'supertest';

import { PurchaseRefusedError, type Journal } from '../../../shared/journal/index.js';
import { handResolved, settled } from '../../support/hand-resolved.js';
import { confirmed } from '../../support/sample-outcome.js';
import { ManualLogClock } from '../../support/manual-log-clock.js';
import { FakeDisk } from '../../support/fake-disk.js';
import { openTestCheckout, type TestCheckout, type TestCheckoutOptions } from '../../support/checkout-app.js';

const order = { customerId: 'alice', currency: 'GBP', items: [{ sku: 'BOOK-1', quantity: 2, unitPrice: 1250 }] };

let checkout: TestCheckout;
let server: Server;
const clock = new ManualLogClock();

async function open(options: TestCheckoutOptions): Promise<void> {
  checkout = await openTestCheckout({ ...options, settings: { clock, ...options.settings } });
  server = createServer(checkout.app).listen(0, '127.0.0.1');
  await once(server, 'listening');
}

/** Sends the head of a purchase and a body that never comes; resolves with the whole answer, or what the server holds back. */
async function sendHead(headers = ''): Promise<string> {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.write(
    `POST /checkout HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 200\r\n${headers}\r\n{`,
  );
  const [answer] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  return answer.toString();
}

const buy = (key?: string, body: object = order) =>
  request(server)
    .post('/checkout')
    .set(key === undefined ? {} : { 'Idempotency-Key': key })
    .send(body);
const refusals = async (reason: string) => {
  const { text } = await request(server).get('/metrics').expect(200);
  return Number(new RegExp(`^checkout_refusals_total\\{reason="${reason}"\\} (\\d+)$`, 'm').exec(text)?.[1] ?? 0);
};
const status = async () => (await request(server).get('/status').expect(200)).body as { admission: object };

afterEach(async () => {
  server.close();
  server.closeAllConnections();
  await checkout.close();
});

describe('a checkout that has as many purchases under way as it may', () => {
  const held = handResolved();
  let appends = 0;
  beforeEach(async () => {
    appends = 0;
    const append: Journal['append'] = async (record) => {
      appends += 1;
      await held.promise;
      return checkout.journal.append(record);
    };
    await open({ append, pendingMax: 2 });
  });

  it('refuses more before it reads them, tells when to come back, and takes them when those have their answers', async () => {
    const first = Promise.all([buy('a'), buy('b')]);
    while (appends < 2) await settled();
    expect((await status()).admission).toMatchObject({ pending: 2, pendingMax: 2, refusing: 'overloaded' });
    const answer = await sendHead();
    expect(answer).toMatch(/^HTTP\/1\.1 503 .*Retry-After: 1\r\n.*purchase-refused.*"reason":"overloaded"/s);
    expect(answer).toContain('Nothing was written');
    // A retry too: its key might be found, but finding it is work.
    await buy('a').expect(503);
    expect(appends).toBe(2);
    // What is not a purchase is not refused.
    await request(server).get('/healthz').expect(200);
    expect(await refusals('overloaded')).toBe(2);

    held.resolve();
    expect((await first).map((each) => each.status)).toEqual([201, 201]);
    expect((await status()).admission).toMatchObject({ pending: 0, refusing: null });
    await buy().expect(201);
  });

  it('is not kept busy by bodies that do not come: a few slow clients could close the shop', async () => {
    const sockets = Array.from({ length: 5 }, () => connect((server.address() as AddressInfo).port, '127.0.0.1'));
    for (const socket of sockets) {
      const head = 'POST /checkout HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 200\r\n';
      // The second request is not read before the first has been answered.
      socket.write(`GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n${head}\r\n{`);
      await once(socket, 'data');
    }
    held.resolve();
    await buy().expect(201);
    for (const socket of sockets) socket.destroy();
  });
});

describe('a checkout that has room for two when five orders are read at the same time', () => {
  it('has never more than two under way: the gate alone would let all five in', async () => {
    const held = handResolved();
    let [underWay, most] = [0, 0];
    const append: Journal['append'] = async (record) => {
      most = Math.max(most, ++underWay);
      await held.promise;
      underWay -= 1;
      return checkout.journal.append(record);
    };
    await open({ append, pendingMax: 2 });
    const body = JSON.stringify(order);
    const sockets = Array.from({ length: 5 }, () => connect((server.address() as AddressInfo).port, '127.0.0.1'));
    for (const socket of sockets) {
      socket.write(
        'GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nPOST /checkout HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n' +
          `Content-Length: ${body.length}\r\nConnection: close\r\n\r\n`,
      );
      await once(socket, 'data');
    }
    // All five have passed the gate by now.
    const answers = sockets.map(async (socket) => {
      socket.write(body);
      return String(((await once(socket, 'data')) as [Buffer])[0]).slice(9, 12);
    });
    const refused = await Promise.any([Promise.all(answers.slice(0, 3)), Promise.all(answers.slice(2))]);
    expect(refused).toContain('503');
    held.resolve();
    expect((await Promise.all(answers)).toSorted()).toEqual(['201', '201', '503', '503', '503']);
    expect(most).toBe(2);
  });
});

describe('a checkout that has no room for new purchases', () => {
  const disk = new FakeDisk(1e9, 2e9);
  const look = async () => {
    clock.advance(1000);
    await settled();
  };
  beforeEach(async () => {
    disk.availableBytes = 1e9;
    await open({ settings: { clock, disk, diskReserveBytes: 1e6, backlogBytesMax: 2000 } });
  });

  const fill = async (reason: 'disk-reserve' | 'backlog') => {
    if (reason === 'disk-reserve') disk.availableBytes = 999_999;
    else for (let count = 0; (await buy()).status === 201; count += 1) expect(count).toBeLessThan(20);
    await look();
  };

  it.each(['disk-reserve', 'backlog'] as const)(
    'refuses before it reads them those that cannot be there already, and answers those that are: %s',
    async (reason) => {
      const first = await buy('lost-answer').expect(201);
      await fill(reason);
      const counted = await refusals(reason);

      expect(await sendHead()).toMatch(
        new RegExp(`^HTTP/1\\.1 503 .*Retry-After: \\d+\\r\\n.*purchase-refused.*"reason":"${reason}"`, 's'),
      );
      const again = await buy('lost-answer').expect(201).expect('Idempotency-Replayed', 'true');
      expect(again.text).toBe(first.text);
      await buy('lost-answer', { ...order, customerId: 'bob' }).expect(422);
      const refused = await buy('another').expect(503).expect('Retry-After', /^\d+$/);
      expect(refused.body).toMatchObject({ type: 'urn:problem-type:purchase-refused', reason });
      expect(await refusals(reason)).toBe(counted + 2);
      expect((await status()).admission).toMatchObject({ refusing: reason });
    },
  );

  it('takes them again when destinations have confirmed enough of the backlog', async () => {
    await fill('backlog');
    expect(checkout.journal.health()).toMatchObject({ ok: false, reason: 'backlog' });
    const { durableSequence, backlogBytes } = (await checkout.journal.progress()).log;
    expect(backlogBytes).toBeGreaterThan(1500);
    await buy().expect(503);
    for (let sequence = 1; sequence <= durableSequence; sequence += 1) {
      for (const destination of ['warehouse', 'finance'] as const) {
        await checkout.deliveryJournal.settle(destination, [confirmed(sequence)]);
      }
    }
    expect((await checkout.journal.progress()).log.backlogBytes).toBe(0);
    await look();
    expect(checkout.journal.health()).toEqual({ ok: true });
    await buy().expect(201);
  });
});

describe('a purchase that the journal refuses after it was read', () => {
  it.each([
    ['disk-full', 'disk-full'],
    ['overloaded', 'overloaded'],
    ['closed', 'shutting-down'],
    ['failed', 'log-failed'],
  ] as const)('is told why, for machines as well, and when to come back (%s)', async (code, reason) => {
    await open({ append: () => Promise.reject(new PurchaseRefusedError(code, 'the test says so')) });
    const response = await buy().expect(503).expect('Retry-After', /^\d+$/);
    expect(response.body).toMatchObject({ type: 'urn:problem-type:purchase-refused', reason });
    expect(await refusals(reason)).toBe(1);
  });
});
