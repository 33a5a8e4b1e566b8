import { connect } from 'node:net';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Express } from 'express';

import { composeFinance } from '../../services/finance/compose.js';
import { composeWarehouse } from '../../services/warehouse/compose.js';
import { listen, type Listening } from '../../shared/http/index.js';
import { adminToken, openTestCheckout } from '../support/checkout-app.js';
import { routesOf } from '../support/routes-of.js';
import { serviceConfig, silentLog } from '../support/service-config.js';
import { withTemporaryDirectory } from '../support/temporary-directory.js';

const ofAll = ['GET /healthz', 'GET /readyz', 'GET /metrics', 'GET /openapi.json', 'GET /docs'];
const ofReceivers = { open: ['POST /events'], admin: ['GET /audit', 'GET /audit/gaps', 'GET /faults', 'PUT /faults'] };

/** What is for everyone, and for the admin. A route that is in neither list is one that nobody decided about. */
const services = {
  checkout: {
    open: [...ofAll, 'POST /checkout', 'GET /purchases/:id', 'GET /status'],
    admin: [
      'GET /purchases',
      'GET /deliveries',
      'GET /deliveries/:destination/:sequence',
      'POST /deliveries/:destination/:sequence/retry',
      'POST /deliveries/:destination/:sequence/discard',
      'POST /deliveries/:destination/retry',
      'POST /deliveries/:destination/redeliver',
      'POST /destinations/:name/pause',
      'POST /destinations/:name/resume',
      'GET /decisions',
    ],
  },
  warehouse: {
    open: [...ofAll, ...ofReceivers.open, 'GET /reservations/:purchaseId', 'GET /summary'],
    admin: ofReceivers.admin,
  },
  finance: {
    open: [...ofAll, ...ofReceivers.open, 'GET /entries/:purchaseId', 'GET /summary'],
    admin: ofReceivers.admin,
  },
};

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND', 'QUERY'];

/** Authorization headers that are not the admin's. */
const strangers: [string, string | undefined][] = [
  ['no token', undefined],
  ['a wrong token', `Bearer ${adminToken.slice(0, -1)}x`],
  ['the beginning of the token', `Bearer ${adminToken.slice(0, -1)}`],
  ['more than the token', `Bearer ${adminToken}x`],
  ['an API key', 'Bearer the-secret-of-web'],
  ['the token in another scheme', `Basic ${adminToken}`],
  ['the token without a scheme', adminToken],
];

/** Spellings of a path that a server might take for it, and a guard might not. */
function spellings(path: string): string[] {
  const [, first = '', ...rest] = path.split('/');
  const hex = `%${first.charCodeAt(0).toString(16)}`;
  return [
    path,
    `${path}/`,
    `${path}//`,
    `/${path}`,
    `//x${path}`,
    path.toUpperCase(),
    `/${[hex + first.slice(1), ...rest].join('/')}`,
    path.replaceAll('/', '%2f').replace('%2f', '/'),
    path.replaceAll('/', '//').replace('//', '/'),
    `/.${path}`,
    `/x/..${path}`,
    `/healthz/..${path}`,
    `${path}/.`,
    `${path};x=1`,
    `${path}%00`,
    `${path}%20`,
    `${path}.json`,
    `${path}?token=${adminToken}&access_token=${adminToken}`,
    `http://127.0.0.1${path}`,
  ];
}

/** Sends a request head as it stands, with a body announced that never comes; resolves with the answer's status and all of its text. */
function ask(
  port: number,
  method: string,
  target: string,
  authorization?: string,
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    const body = ['GET', 'HEAD', 'OPTIONS', 'TRACE'].includes(method)
      ? ''
      : 'Content-Type: application/json\r\nContent-Length: 100\r\n';
    const token = authorization === undefined ? '' : `Authorization: ${authorization}\r\n`;
    socket.write(`${method} ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${token}${body}\r\n`);
    let text = '';
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      // What a body is waited for would be answered after it only.
      if (body !== '') socket.end();
    });
    socket.once('error', reject);
    socket.once('close', () => {
      resolve({ status: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1]), text });
    });
  });
}

describe.each(['checkout', 'warehouse', 'finance'] as const)('the %s', (name) => {
  let app: Express;
  let listening: Listening;
  let close: () => Promise<void> | void;
  beforeAll(async () => {
    if (name === 'checkout') {
      const checkout = await openTestCheckout();
      app = checkout.express;
      close = () => checkout.close();
    } else {
      const compose = name === 'warehouse' ? composeWarehouse : composeFinance;
      const opened = await new Promise<ReturnType<typeof compose>>((resolve) => {
        void withTemporaryDirectory(
          (directory) =>
            new Promise<void>((done) => {
              const service = compose({ ...serviceConfig(directory), demo: true }, silentLog);
              close = () => {
                service.close();
                done();
              };
              resolve(service);
            }),
        );
      });
      ({ app } = opened);
    }
    listening = await listen(app, { host: '127.0.0.1', port: 0 });
  });
  afterAll(async () => {
    await listening.stop(0);
    await close();
  });

  const { open, admin } = services[name];
  const paths = [...new Set(admin.map((route) => route.split(' ')[1]!))];
  const filled = (path: string, destination = 'warehouse') =>
    path.replace(/:destination|:name/, destination).replace(':sequence', '1');

  it('has no route that nobody decided about: one that was forgotten would be open', () => {
    const found = routesOf(app).flatMap(({ path, methods: of }) =>
      of.filter((each) => each !== 'HEAD').map((each) => `${each} ${path}`),
    );
    expect(found.toSorted()).toEqual([...open, ...admin].toSorted());
  });

  it.each(strangers)(
    'opens no admin route, in no method and no spelling, for %s',
    async (_what, authorization) => {
      const opened: string[] = [];
      let asked = 0;
      for (const path of paths) {
        const own = routesOf(app).find((route) => route.path === path)!.methods;
        for (const method of methods) {
          for (const target of spellings(filled(path))) {
            const { status, text } = await ask(listening.port, method, target, authorization);
            asked += 1;
            // As the path stands, and as Express reads it: in any case, and with one slash behind it.
            const isPath = target.toLowerCase().replace(/\/$|\?.*$/, '') === filled(path);
            const refused =
              isPath && own.includes(method) ? status === 401 : [400, 401, 404, 405, 501].includes(status);
            // Which methods an address has is in the documents, for everyone.
            const silent = method === 'OPTIONS' && status === 204 && text.endsWith('\r\n\r\n');
            const challenged = status !== 401 || /^WWW-Authenticate: Bearer realm="admin"/im.test(text);
            if (!(refused || silent) || !challenged) opened.push(`${method} ${target}: ${status}`);
          }
        }
      }
      expect(opened).toEqual([]);
      expect(asked).toBe(paths.length * methods.length * spellings('/x').length);
    },
    60_000,
  );

  it('tells no stranger which destinations there are', async () => {
    for (const route of admin.filter((each) => /:destination|:name/.test(each))) {
      const [method = '', path = ''] = route.split(' ');
      const [real, made] = await Promise.all(
        ['warehouse', 'no-such-destination'].map((destination) =>
          ask(listening.port, method, filled(path, destination)),
        ),
      );
      const said = (answer: typeof real) => answer?.text.replace(/^(Date|X-Request-Id|traceparent): .*\r\n/gim, '');
      expect(said(made)).toBe(said(real));
      expect(real?.status).toBe(401);
    }
  });

  it('opens them for the admin, or nothing of this would say anything', async () => {
    for (const path of paths.filter((each) => !each.includes(':'))) {
      if (
        !routesOf(app)
          .find((route) => route.path === path)!
          .methods.includes('GET')
      )
        continue;
      for (const target of [path, `${path}/`, path.toUpperCase()]) {
        expect((await ask(listening.port, 'GET', target, `Bearer ${adminToken}`)).status).toBe(200);
      }
    }
  });
});
