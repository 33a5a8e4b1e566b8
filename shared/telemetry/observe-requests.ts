import type { IncomingMessage, ServerResponse } from 'node:http';

import { notesOf, requestIdHeader, routePattern, type RequestObserver } from '../http/index.js';
import type { Logger } from './logger.js';
import { RefusalNotice } from './refusal-notice.js';
import { RequestFigures } from './request-figures.js';
import { requestId } from './request-id.js';
import type { ServiceMetrics } from './service-metrics.js';

/** Sees requests from the moment the port is open; its figures are shown once there is a registry for them. */
export interface ObservedRequests extends RequestObserver {
  show(metrics: ServiceMetrics): void;
}

/**
 * Gives every request an id, counts it, and writes one line about it when it has ended.
 *
 * The line is at `debug`: at five thousand requests a second it would cost more than they do. What failed (5xx) is at `error`, but for
 * what was refused (503, see `RefusalNotice`) and for what nobody could read (505). What stands in it is listed in the README: nothing
 * of it was written by the caller but the request id. `now` gives milliseconds that are never set back.
 *
 * pino-http was weighed. It costs as much (under two microseconds a request at `info`), and by default writes what must not be in a
 * log: the address as it was sent, and all headers, tokens and keys among them. The pattern of the route, what was refused before
 * any app saw it, and a bound on floods would have to be added all the same.
 */
export function observeRequests(log: Logger, now = () => performance.now()): ObservedRequests {
  const figures = new RequestFigures();
  const notice = new RefusalNotice(log);

  const ended = (request: IncomingMessage, response: ServerResponse, startedAt: number) => {
    const at = now();
    const notes = notesOf(response);
    const { method = '' } = request;
    const route = notes.route ?? routePattern(request);
    const status = response.statusCode;
    const aborted = !response.writableFinished || notes.cut === true;
    if (aborted) figures.aborted(method, route);
    else figures.answered(method, route, status, (at - startedAt) / 1000);
    if (!aborted && wasRefused(method, status)) {
      const reason = notes.problem ?? String(status);
      figures.refused(reason);
      if (status === 503) notice.refused(reason, at);
    }
    notice.tick(at);
    const level = !aborted && failed(status) ? 'error' : 'debug';
    if (!log.isLevelEnabled(level)) return;
    // Named one by one: nothing else that somebody may have noted reaches the log. What is undefined is left out.
    const { requestId, traceId, id, sequence, caller, problem } = notes;
    const ms = Math.round((at - startedAt) * 100) / 100;
    const fields = { requestId, traceId, id, sequence, caller, problem, method, route, status, ms };
    if (aborted) log[level](fields, 'request was cut off before its answer was out');
    else log[level]({ ...fields, bytes: bodyBytes(request, response) }, 'request answered');
  };

  return {
    received(request, response) {
      const startedAt = now();
      const id = requestId(request.headers['x-request-id']);
      response.setHeader(requestIdHeader, id);
      notesOf(response).requestId = id;
      figures.begun();
      // It comes once, and `once` would cost as much again.
      response.on('close', () => {
        ended(request, response, startedAt);
      });
    },
    unreadable(status) {
      const id = requestId(undefined);
      figures.refused(String(status));
      log.debug({ requestId: id, status }, 'what came could not be read as a request');
      return id;
    },
    show(metrics) {
      figures.show(metrics);
    },
  };
}

/** Whether it is the service's fault: not what it refuses, nor a version of HTTP that nobody has, which strangers ask for. */
function failed(status: number): boolean {
  return status >= 500 && status !== 503 && status !== 505;
}

/** Not those who only ask how the service fares. */
function wasRefused(method: string, status: number): boolean {
  return (status === 503 || status === 429) && method !== 'GET' && method !== 'HEAD';
}

function bodyBytes({ method }: IncomingMessage, response: ServerResponse): number {
  return method === 'HEAD' ? 0 : Number(response.getHeader('content-length') ?? 0);
}
