import type { RequestHandler } from 'express';

import { problems } from './problems.js';

/** What all bodies together may take that are being read for one route: so many of the largest, and never little. */
const largestAtOnce = 8;
const bytesAtOnceMin = 64 * 1024 * 1024;

/**
 * Reads a body of at most `limitBytes` into `request.body`, a Buffer; empty if there is none. One that was read before, by
 * whatever parser, is left as it is.
 *
 * A body that says that it is too long is refused before any of it is read; one that does not say, when it is. body-parser
 * would first read either to its end.
 *
 * The handler hands on Problem 413, 415 for one with an encoding, 503 when all bodies that are being read take too much, 400
 * for one that ended early.
 */
export function readBody(limitBytes: number): RequestHandler {
  const bytesAtOnceMax = Math.max(largestAtOnce * limitBytes, bytesAtOnceMin);
  const reading = { bytes: 0 };
  return (request, _response, next) => {
    if (request.readableDidRead || Buffer.isBuffer(request.body)) {
      next();
      return;
    }
    const { 'content-encoding': encoding, 'content-length': length } = request.headers;
    if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
      next(problems.unsupportedMediaType('Send the body as UTF-8, without content encoding.'));
      return;
    }
    if (length !== undefined && Number(length) > limitBytes) {
      next(problems.bodyTooLarge(limitBytes));
      return;
    }
    const chunks: Buffer[] = [];
    let bytes = 0;
    const end = (error?: Error) => {
      reading.bytes -= bytes;
      request.off('data', onData).off('end', onEnd).off('error', onBroken).off('close', onBroken);
      if (error) request.pause();
      else request.body = chunks.length === 1 ? chunks[0] : Buffer.concat(chunks, bytes);
      next(error);
    };
    const onData = (chunk: Buffer) => {
      chunks.push(chunk);
      bytes += chunk.length;
      reading.bytes += chunk.length;
      if (bytes > limitBytes) end(problems.bodyTooLarge(limitBytes));
      else if (reading.bytes > bytesAtOnceMax) end(tooMuchAtOnce());
    };
    const onEnd = () => {
      end();
    };
    const onBroken = () => {
      end(problems.malformedRequest(400, 'The connection was closed before the body had come to its end.'));
    };
    request.on('data', onData).on('end', onEnd).on('error', onBroken).on('close', onBroken);
  };
}

function tooMuchAtOnce() {
  return problems.notReady('Too many large bodies come at the same time. Nothing was written: try again later.');
}
