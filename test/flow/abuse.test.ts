import { randomUUID } from 'node:crypto';
import { readdirSync } from 'node:fs';

import { describe, expect, it } from '@jest/globals';

import { expectBooksToAgree } from '../support/books.js';
import { Inspector } from '../support/inspector.js';
import { liveBytes } from '../support/live-memory.js';
import type { Acknowledged } from '../../shared/customers/purchase-stream.js';
import { parseAnswers, RawClient } from '../support/raw-client.js';
import { anOrder } from '../../shared/shop-client/shop-client.js';
import { Shop } from '../../shared/shop-processes/shop.js';

const order = JSON.stringify(anOrder);
const head = 'POST /checkout HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n';
const whole = (body: string | Buffer) =>
  Buffer.concat([Buffer.from(`${head}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n`), Buffer.from(body)]);
const with1 = (field: string) => whole(order.replace('{', `{${field},`));

/** Each is refused, with one of these statuses; none of them is a purchase. */
const refused: readonly (readonly [what: string, bytes: string | Buffer, status: number])[] = [
  ['noise', 'GARBAGE\r\n\r\n', 400],
  ['headers of 20 kB', `${head}X: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
  ['200 headers', `${head}${'a: b\r\n'.repeat(200)}\r\n`, 431],
  ['a body that says it has a gigabyte', `${head}Content-Length: 1000000000\r\n\r\n{`, 413],
  ['a body that does not say so', `${head}Transfer-Encoding: chunked\r\n\r\n20000\r\n${'x'.repeat(131_072)}\r\n`, 413],
  [
    'a purchase hidden in another',
    `${head}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${order}`,
    400,
  ],
  ['JSON of 30,000 levels', whole('['.repeat(30_000)), 400],
  ['a name twice', with1('"customerId":"bob"'), 400],
  ['__proto__', with1('"__proto__":{"total":0}'), 422],
  ['constructor', with1('"constructor":{"prototype":{"total":0}}'), 422],
  ['a number without end', whole(order.replace('1250', '1e400')), 422],
  ['half a surrogate pair', whole(order.replace('alice', String.raw`\ud800`)), 422],
  ['bytes that are no UTF-8', whole(Buffer.from(order.replace('alice', 'Zo\xeb'), 'latin1')), 400],
  ['a byte order mark', whole(`\ufeff${order}`), 400],
  ['a NUL behind it', whole(`${order}\0`), 400],
  ['30,000 items', whole(order.replace(/\[.*\]/, JSON.stringify(Array(30_000).fill(1)))), 422],
  ['6,000 unknown fields', with1(Array.from({ length: 6_000 }, (_, index) => `"f${index}":1`).join(',')), 422],
  ['a list', whole(`[${order}]`), 422],
  ['another method', 'PURGE /checkout HTTP/1.1\r\nHost: x\r\n\r\n', 405],
  ['a method of nobody', 'BUY /checkout HTTP/1.1\r\nHost: x\r\n\r\n', 405],
  ['a tunnel', 'CONNECT finance:443 HTTP/1.1\r\nHost: x\r\n\r\n', 405],
  ['no room for an answer in JSON', `${head}Accept: text/html\r\nContent-Length: ${order.length}\r\n\r\n${order}`, 406],
];

const slow = 60;

describe('a checkout at which everything is thrown that a client can do wrong', () => {
  it('sells on, answers /healthz, holds nothing of it, and its log holds what it has acknowledged', async () => {
    const shop = await Shop.open({ checkout: { NODE_OPTIONS: '--inspect=0', CONNECTIONS_MAX: '64' } });
    const inspector = await Inspector.open(() => shop.checkout.output, 1);
    const clients: RawClient[] = [];
    try {
      const { port, url } = shop.checkout;
      const alive = async () => (await fetch(`${url}/healthz`, { headers: { connection: 'close' } })).status;
      // Not at once where all places are taken by clients that came just now: those are given a second.
      const itIsAlive = () => shop.waitUntil('it is alive', alive, (status) => status === 200);
      const acknowledged: Acknowledged[] = [];
      const buy = async () => {
        const key = randomUUID();
        const answer = await shop.waitUntil(
          'a purchase goes through',
          () => shop.post(anOrder, key),
          ({ status }) => status === 201,
        );
        acknowledged.push({ key, order: anOrder, purchase: answer.body });
      };
      await buy();

      const throwAll = async () => {
        for (const [what, bytes, status] of refused) {
          const received = await shop.waitUntil(
            `there is room for ${what}`,
            () => cameBackFor(bytes, port),
            // Beyond a number, a client is told that there is no room, or closed without a word.
            (text) => text !== '' && !text.startsWith('HTTP/1.1 503'),
          );
          const [answer] = parseAnswers(received);
          expect({ what, status: answer?.status, body: answer?.body }).toEqual({
            ...{ what, status },
            body: expect.stringMatching(/^\{"type":"urn:problem-type:[^<>]{1,4000}$/),
          });
        }
      };
      // More than are served at once, each in another way of never coming to an end; all stay open.
      const besiege = async () => {
        for (let count = 0; count < slow; count += 1) {
          for (const part of ['', 'GET /heal', `${head}Content-Length: 500\r\n\r\n{"cust`]) {
            clients.push((await RawClient.open(port)).send(part));
          }
          const unread = await RawClient.open(port);
          unread.socket.pause();
          clients.push(unread.send('GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(50)));
          if (count % 20 === 0) {
            await itIsAlive();
            await throwAll();
            await buy();
          }
        }
        await itIsAlive();
        for (const client of clients.splice(0)) client.destroy();
        await buy();
        await expectBooksToAgree(shop, acknowledged);
      };
      const held = async () => ({ bytes: await liveBytes(inspector), files: openFiles(shop.checkout.pid!) });

      // Once for what the first time leaves behind for good: code, buffers, shapes.
      await besiege();
      const before = await held();
      await besiege();
      await shop.waitUntil(
        'what was thrown is let go of',
        async () => {
          const { bytes, files } = await held();
          return { moreBytes: bytes - before.bytes, moreFiles: files - before.files };
        },
        ({ moreBytes, moreFiles }) => moreBytes < 1_500_000 && moreFiles <= 4,
      );
      // Nothing of it was the service's fault, and nothing that it was sent is in what it says of it.
      expect(shop.checkout.output).not.toMatch(/"level":50|a request failed|alice|BOOK-1/);
    } finally {
      for (const client of clients) client.destroy();
      inspector.close();
      await shop.close();
    }
  }, 120_000);
});

/** All that comes back for this, until the server closes. */
async function cameBackFor(bytes: string | Buffer, port: number): Promise<string> {
  const client = await RawClient.open(port);
  client.socket.end(bytes);
  const received = await client.closed();
  client.destroy();
  return received;
}

function openFiles(pid: number): number {
  return process.platform === 'linux' ? readdirSync(`/proc/${pid}/fd`).length : 0;
}
