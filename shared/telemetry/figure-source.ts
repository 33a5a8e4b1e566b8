import type { Registry } from 'prom-client';

import type { HistogramCounts } from './histogram.js';
import { histogramSamples, type Labels, type Sample, SampledMetric } from './sampled-metric.js';
import { withinTime } from './within-time.js';

export interface MetricShape {
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly string[];
}

/** One value for each combination of labels. */
export type Labelled<Value> = Iterable<readonly [labels: Labels, value: Value]>;

/** A value, or one for each combination of labels; undefined: there is none now, and none is shown. */
type Shown<Value> = Value | undefined | Labelled<Value>;

/**
 * Figures that are read together, and the metrics that show them. The numbers belong to whoever is asked: here they are shown, not
 * counted.
 *
 * 1. One reading serves all metrics of a scrape.
 * 2. One reading is under way at a time, however many scrapes wait for it: who does not answer is not asked again and again.
 * 3. Where there is no answer in time, the metrics have no samples: what was so a minute ago is not shown as if it were so now.
 */
export class FigureSource<Figures> {
  readonly #registry: Registry;
  readonly #read: (() => Promise<Figures>) | undefined;
  #reading: Promise<{ readonly now: Figures } | undefined> | undefined;
  #figures: { readonly now: Figures } | undefined;

  /** Without `read` there is nothing to wait for: each metric finds its figures itself. */
  constructor(registry: Registry, read?: () => Promise<Figures>) {
    this.#registry = registry;
    this.#read = read;
    if (!read) this.#figures = { now: undefined as Figures };
  }

  /** Whether the last reading brought something. */
  get isUp(): boolean {
    return this.#figures !== undefined;
  }

  /** What the last reading brought. */
  get figures(): Figures | undefined {
    return this.#figures?.now;
  }

  /** Reads the figures anew, in at most so long. Never rejects. */
  async ask(answerMsMax: number): Promise<void> {
    const read = this.#read;
    if (!read) return;
    const reading = (this.#reading ??= settle(read).finally(() => {
      this.#reading = undefined;
    })); // 2
    this.#figures = await withinTime(reading, answerMsMax); // 3
  }

  gauge(shape: MetricShape, show: (figures: Figures) => Shown<number>): void {
    this.#register('gauge', shape, (figures) => plainSamples(show(figures)));
  }

  counter(shape: MetricShape, show: (figures: Figures) => Shown<number>): void {
    this.#register('counter', shape, (figures) => plainSamples(show(figures)));
  }

  histogram(shape: MetricShape, show: (figures: Figures) => Shown<HistogramCounts>): void {
    this.#register('histogram', shape, (figures) =>
      labelled(show(figures)).flatMap(([labels, counts]) => histogramSamples(shape.name, labels, counts)),
    );
  }

  #register(type: SampledMetric['type'], shape: MetricShape, show: (figures: Figures) => Sample[]): void {
    const samples = () => (this.#figures ? show(this.#figures.now) : []);
    new SampledMetric(type, shape, samples).register(this.#registry);
  }
}

/** What went wrong is for whoever owns the figures to say: it shows there, too. */
async function settle<Figures>(read: () => Promise<Figures>): Promise<{ now: Figures } | undefined> {
  try {
    return { now: await read() };
  } catch {
    return undefined;
  }
}

function plainSamples(shown: Shown<number>): Sample[] {
  return labelled(shown).map(([labels, value]) => ({ labels, value }));
}

function labelled<Value extends number | HistogramCounts>(
  shown: Shown<Value>,
): (readonly [labels: Labels, value: Value])[] {
  if (shown === undefined) return [];
  return typeof shown === 'object' && Symbol.iterator in shown ? [...shown] : [[{}, shown]];
}
