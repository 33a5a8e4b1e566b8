import type { Labelled } from './figure-source.js';
import { Histogram, latencyBounds } from './histogram.js';
import type { ServiceMetrics } from './service-metrics.js';

const methods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

interface Answered {
  readonly labels: { readonly method: string; readonly route: string; readonly status: string };
  readonly seconds: Histogram;
}

interface Aborted {
  readonly labels: { readonly method: string; readonly route: string };
  count: number;
}

/** Counts requests. It is called for each of them: one look-up by a short text, and additions. */
export class RequestFigures {
  readonly #answered = new Map<string, Answered>();
  readonly #aborted = new Map<string, Aborted>();
  readonly #refused = new Map<string, number>();
  #inFlight = 0;

  begun(): void {
    this.#inFlight += 1;
  }

  answered(given: string, route: string, status: number, seconds: number): void {
    this.#inFlight -= 1;
    const method = knownMethod(given);
    const series = `${method} ${route} ${status}`;
    let answered = this.#answered.get(series);
    if (!answered) {
      answered = { labels: { method, route, status: String(status) }, seconds: new Histogram(latencyBounds) };
      this.#answered.set(series, answered);
    }
    answered.seconds.observe(seconds);
  }

  aborted(given: string, route: string): void {
    this.#inFlight -= 1;
    const method = knownMethod(given);
    const series = `${method} ${route}`;
    const aborted = this.#aborted.get(series) ?? { labels: { method, route }, count: 0 };
    aborted.count += 1;
    this.#aborted.set(series, aborted);
  }

  refused(reason: string): void {
    this.#refused.set(reason, (this.#refused.get(reason) ?? 0) + 1);
  }

  /** Shows them in a registry. */
  show(metrics: ServiceMetrics): void {
    const own = metrics.own();
    const labels = ['method', 'route', 'status'];
    own.counter({ name: 'http_requests_total', help: 'Requests that were answered.', labels }, () =>
      this.#each(({ seconds }) => seconds.counts.counts.reduce((sum, count) => sum + count, 0)),
    );
    own.histogram(
      { name: 'http_request_duration_seconds', help: 'From the head of a request to the end of its answer.', labels },
      () => this.#each(({ seconds }) => seconds.counts),
    );
    own.gauge(
      { name: 'http_requests_in_flight', help: 'Requests that have no whole answer yet.' },
      () => this.#inFlight,
    );
    own.counter(
      {
        name: 'http_requests_aborted_total',
        help: 'Requests whose connection ended before the whole answer was out.',
        labels: ['method', 'route'],
      },
      () => [...this.#aborted.values()].map(({ labels, count }) => [labels, count] as const),
    );
    const refused =
      'Requests that were not even tried, by reason: the code of their problem (503 and 429, but for GET), or the status of what ' +
      'could not be read as a request.';
    own.counter({ name: 'http_requests_refused_total', help: refused, labels: ['reason'] }, () =>
      [...this.#refused].map(([reason, count]) => [{ reason }, count] as const),
    );
  }

  #each<Value>(figure: (answered: Answered) => Value): Labelled<Value> {
    return [...this.#answered.values()].map((answered) => [answered.labels, figure(answered)] as const);
  }
}

/** Whoever makes methods up must not make up series. */
function knownMethod(method: string): string {
  return methods.has(method) ? method : 'other';
}
