import { isIP } from 'node:net';

import type { Request } from 'express';

/**
 * The address of whoever sends a request: that which the proxies in front vouch for, if the app was told of any (`trust proxy`), else
 * that of the connection. `X-Forwarded-For` may hold anything, up to the length of a header: what is no address is not taken for one.
 */
export function clientAddress({ ip, socket }: Pick<Request, 'ip' | 'socket'>): string | undefined {
  return ip !== undefined && isIP(ip) !== 0 ? ip : socket.remoteAddress;
}
