import { afterEach, describe, expect, it } from '@jest/globals';
import request from 'supertest';

import { createApp, requireBearerToken } from '../../shared/http/index.js';
import { WrongTokenNotice } from '../../shared/http/wrong-token-notice.js';

const lines: { fields: object; message: string }[] = [];
const log = { warn: (fields: object, message: string) => void lines.push({ fields, message }), error: () => undefined };
afterEach(() => {
  lines.length = 0;
});

describe('a wrong token', () => {
  it('is told at once, and those of the next minute with the one after it: thousands in a second are no thousand lines', () => {
    let now = 0;
    const notice = new WrongTokenNotice('admin', log, () => now);
    const told = () => lines.map(({ fields }) => fields);
    for (let count = 0; count < 1000; count += 1) notice.refused('192.0.2.1');
    expect(told()).toEqual([{ realm: 'admin', refused: 1, lastFrom: '192.0.2.1' }]);
    now = 59_999;
    notice.refused('192.0.2.1');
    expect(told()).toHaveLength(1);
    now = 60_000;
    notice.refused('x'.repeat(1000));
    expect(told()[1]).toEqual({ realm: 'admin', refused: 1001, lastFrom: 'x'.repeat(64) });
  });

  it('is told without the token, which may be a right one with a letter missing; no token is nothing to tell', async () => {
    const app = createApp(log, (routes) => {
      routes.get('/admin', requireBearerToken('the-admin-token', log), (_request, response) => response.json({}));
    });
    await request(app).get('/admin').expect(401);
    await request(app).get('/admin').set('Authorization', 'Bearer the-admin-token').expect(200);
    expect(lines).toEqual([]);
    const answer = await request(app).get('/admin').set('Authorization', 'Bearer the-admin-toke').expect(401);
    expect(lines).toHaveLength(1);
    expect(JSON.stringify(lines) + answer.text).not.toContain('the-admin-toke');
  });

  it('is told with the address that the proxies in front vouch for, and with nothing else that a client writes there', async () => {
    const proxies = { count: 0 };
    // Made anew each time, or the minute of the first notice would hide the next one.
    const lastFrom = async (forwarded: string) => {
      const app = createApp(log, (routes) => {
        routes.set('trust proxy', proxies.count);
        routes.get('/admin', requireBearerToken('the-admin-token', log), (_request, response) => response.json({}));
      });
      const headers = { Authorization: 'Bearer another-token', 'X-Forwarded-For': forwarded };
      await request(app).get('/admin').set(headers).expect(401);
      return (lines.pop()?.fields as { lastFrom: string }).lastFrom;
    };
    const connection = await lastFrom('192.0.2.1');
    expect(connection).toMatch(/127\.0\.0\.1$/);
    proxies.count = 1;
    expect(await lastFrom('192.0.2.1, 198.51.100.7')).toBe('198.51.100.7');
    expect(await lastFrom('2001:db8::7')).toBe('2001:db8::7');
    expect(await lastFrom('192.0.2.1, the-admin-toke')).toBe(connection);
    proxies.count = 2;
    expect(await lastFrom('203.0.113.3, 192.0.2.1, 198.51.100.7')).toBe('192.0.2.1');
  });
});
