import { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';

/** What Node's parser throws when it stumbles over bytes. */
export interface ParserError extends NodeJS.ErrnoException {
  /** The bytes that it was given last. */
  readonly rawPacket?: Buffer;
  /** How far it came in them. */
  readonly bytesParsed?: number;
}

const requestLine = /^([!#$%&'*+.^_`|~0-9A-Za-z-]{1,40}) (\/[\x21-\x7e]*) HTTP\/1\.[01]\r?\n/;

/**
 * The request whose only fault is a method that Node's parser does not know, without its headers and its body; undefined when
 * there is more wrong with it, or not enough of it. So that it can be told which methods its address has, as any other.
 */
export function requestOfUnknownMethod(error: ParserError, socket: Socket): IncomingMessage | undefined {
  const { code, rawPacket, bytesParsed = 0 } = error;
  if (code !== 'HPE_INVALID_METHOD' || !rawPacket) return undefined;
  const start = bytesParsed === 0 ? 0 : rawPacket.lastIndexOf('\n', bytesParsed - 1) + 1;
  const [, method, url] = requestLine.exec(rawPacket.toString('latin1', start)) ?? [];
  if (method === undefined || url === undefined) return undefined;
  const request = new IncomingMessage(socket);
  Object.assign(request, { method, url, httpVersion: '1.1', httpVersionMajor: 1, httpVersionMinor: 1, complete: true });
  // Not read, so not missed.
  request.rawHeaders = ['Host', ''];
  request.push(null);
  return request;
}
