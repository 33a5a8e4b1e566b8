import { connect } from 'node:net';
import { lookup } from 'node:dns/promises';

import { describe, expect, it } from '@jest/globals';
import { errors } from 'undici';

import { neverConnected } from '../../shared/outbox/never-connected.js';

const caught = (action: Promise<unknown>) =>
  action.then(
    () => undefined,
    (error: unknown) => error,
  );

describe('neverConnected', () => {
  it('is so when nobody listens, also at the second address of a name, and when a wrapper says it', async () => {
    const refused = await new Promise((resolve) => connect(9, '127.0.0.1').once('error', resolve));
    expect(neverConnected(refused)).toBe(true);
    expect(neverConnected(new AggregateError([refused, refused]))).toBe(true);
    expect(neverConnected(new TypeError('fetch failed', { cause: refused }))).toBe(true);
  });

  it('is so when the name is not found', async () => {
    expect(neverConnected(await caught(lookup('no-such-host.invalid')))).toBe(true);
  });

  it('is so when connecting took too long', () => {
    expect(neverConnected(new errors.ConnectTimeoutError())).toBe(true);
  });

  it.each([
    new errors.SocketError('other side closed'),
    Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET', syscall: 'read' }),
    // The same code as a failed connect, over a connection by which a purchase may have gone out.
    Object.assign(new Error('write EHOSTUNREACH'), { code: 'EHOSTUNREACH', syscall: 'write' }),
    new errors.RequestAbortedError(),
    'a string',
    undefined,
  ])('is not known to be so otherwise, or a purchase that arrived would be sent again unasked (%#)', (error) => {
    expect(neverConnected(error)).toBe(false);
  });
});
