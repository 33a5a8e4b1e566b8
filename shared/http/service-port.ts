import type { IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

import { createApp } from './create-app.js';
import { sendProblem, type ErrorLog } from './handle-errors.js';
import { healthRoutes } from './health.js';
import { listen, type App, type Listening } from './listen.js';
import { problems } from './problems.js';
import type { NotReady } from './readiness.js';
import type { RequestObserver } from './request-observer.js';
import type { ServerLimits } from './server-limits.js';

const stopDeadlineMs = 5_000;
/** Those who wait for an answer get it; nobody else is waited for. */
const failedDeadlineMs = 1_000;

export interface ServicePortOptions {
  readonly host: string;
  readonly port: number;
  /** How long requests are still served after the service has begun to say that it shuts down. */
  readonly shutdownDelayMs: number;
  readonly log: ErrorLog;
  readonly limits?: Partial<ServerLimits>;
  readonly observer?: RequestObserver;
  /** Waits, at most until the signal; a timer if absent. */
  readonly pause?: (ms: number, hurry: AbortSignal) => Promise<unknown>;
}

const recovering: NotReady = {
  ready: false,
  reason: 'recovering',
  detail: 'The service has just been started and reads what is on disk. Nothing was written: try again in a moment.',
};

const shuttingDown: NotReady = {
  ready: false,
  reason: 'shutting-down',
  detail: 'The service is shutting down. Nothing was written: try again later.',
  retryAfterSeconds: 2,
};

/**
 * The port of a service, from the start of its process to the end: open before the service is, so that it can be seen what the
 * process is doing, and so that a port in use is found before any data is touched.
 *
 * `GET /healthz` says alive in every state.
 *
 * - **waiting**: from `open` on. `/readyz` and all else are answered 503, with what the service waits for: that it is recovering,
 *   or what `waitsFor` was told.
 * - **serving**: from `serve` on. The app has everything.
 * - **leaving**: `stop` was called. `/readyz` says that the service shuts down; the app has everything else, for the delay: load
 *   balancers that ask `/readyz` send nothing more by then.
 * - **stopping**: no new connections are taken, and those without a request in progress are closed. Requests in progress have until
 *   the deadline; what waits behind one of them is answered 503, and the connection is closed.
 * - **failed**: the same with a shorter deadline, and `/readyz` says what has failed. From any state.
 */
export class ServicePort {
  readonly #options: ServicePortOptions;
  /** Answers for a service that does not do its work yet, or does not any more. */
  readonly #standIn: App;
  #why = recovering;
  #app: App | undefined;
  #leaving = false;
  #listening: Listening | undefined;
  #stopped: Promise<void> | undefined;

  /** @throws ListenError */
  static async open(options: ServicePortOptions): Promise<ServicePort> {
    const { host, port, limits = {}, observer } = options;
    const opening = new ServicePort(options);
    opening.#listening = await listen(opening.#handle, {
      ...{ host, port, limits, whileStopping: opening.#standIn },
      ...(observer && { observer }),
    });
    return opening;
  }

  private constructor(options: ServicePortOptions) {
    this.#options = options;
    this.#standIn = createApp(options.log, (app) => {
      app.use(healthRoutes(() => this.#why));
      app.use((_request, response) => {
        sendProblem(response, problems.unready(this.#why));
      });
    });
  }

  /** The port it has. */
  get port(): number {
    return this.#listening?.port ?? 0;
  }

  /** Tells what the service waits for before it can open. */
  waitsFor(reason: NotReady['reason'], detail: string): void {
    this.#why = { ready: false, reason, detail, retryAfterSeconds: 5 };
  }

  /** The service is open. */
  serve(app: App): void {
    this.#app = app;
  }

  /** Resolves when nobody is served any more. May be called twice. `hurry` ends the delay, and nothing else. */
  stop(hurry: AbortSignal): Promise<void> {
    this.#stopped ??= this.#stop(hurry);
    return this.#stopped;
  }

  /** Answers those who wait, takes nobody else. */
  async fail(reason: NotReady['reason'], detail: string): Promise<void> {
    this.#why = { ready: false, reason, detail, retryAfterSeconds: 2 };
    await this.#listening?.stop(failedDeadlineMs);
  }

  async #stop(hurry: AbortSignal): Promise<void> {
    const { shutdownDelayMs, pause = sleepUnlessHurried } = this.#options;
    this.#why = shuttingDown;
    this.#leaving = true;
    if (shutdownDelayMs > 0 && !hurry.aborted) await pause(shutdownDelayMs, hurry);
    await this.#listening?.stop(stopDeadlineMs);
  }

  readonly #handle: App = (request, response, next) => {
    const app = this.#leaving && asksForReadiness(request) ? undefined : this.#app;
    (app ?? this.#standIn)(request, response, next);
  };
}

/** What a service says when it is asked to stop. */
export function describeStop(shutdownDelayMs: number): string {
  return shutdownDelayMs > 0
    ? `stopping: /readyz says so, and requests are served for another ${shutdownDelayMs} ms`
    : 'stopping: finishing what is in flight';
}

function asksForReadiness({ url = '' }: IncomingMessage): boolean {
  return /^\/readyz\/?(\?|$)/i.test(url);
}

async function sleepUnlessHurried(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
}
