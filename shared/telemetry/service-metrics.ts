import { collectDefaultMetrics, Registry } from 'prom-client';

import { FigureSource, type MetricShape } from './figure-source.js';

/** Their names end in `_total` though they are no counters: Prometheus' own check of names objects, and they say little. */
const misnamed = ['nodejs_active_handles_total', 'nodejs_active_requests_total', 'nodejs_active_resources_total'];

const answerMsMaxDefault = 1000;

/** All the metrics of one service, with the process's own. */
export class ServiceMetrics extends Registry {
  readonly #sources: { ask(answerMsMax: number): Promise<void> }[] = [];
  readonly #answerMsMax: number;
  #scraping: Promise<string> | undefined;

  /** `answerMsMax`: how long a scrape waits for figures that are not there; a second if absent. */
  constructor({ answerMsMax = answerMsMaxDefault } = {}) {
    super();
    this.#answerMsMax = answerMsMax;
    collectDefaultMetrics({ register: this });
    for (const name of misnamed) this.removeSingleMetric(name);
  }

  /**
   * Metrics that are read together, once for each scrape. Without an answer in time, or with an error, the scrape goes on
   * without them, and the gauge `up` is 0.
   */
  source<Figures>(up: MetricShape, read: () => Promise<Figures>): FigureSource<Figures> {
    const source = new FigureSource(this, read);
    this.#sources.push(source);
    const always = this.own();
    always.gauge(up, () => Number(source.isUp));
    return source;
  }

  /** Metrics that are there whenever they are asked for. */
  own(): FigureSource<undefined> {
    return new FigureSource(this);
  }

  /** The page that Prometheus reads. Any number of readers at a time cost no more than one. */
  override metrics(): Promise<string> {
    this.#scraping ??= this.#scrape().finally(() => {
      this.#scraping = undefined;
    });
    return this.#scraping;
  }

  async #scrape(): Promise<string> {
    await Promise.all(this.#sources.map((source) => source.ask(this.#answerMsMax)));
    return super.metrics();
  }
}
