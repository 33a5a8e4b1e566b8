import type { FigureSource } from './figure-source.js';
import type { ThreadFigures } from './thread-watch.js';

/** Each thread that is known now, with how it fares. */
type Threads = Iterable<readonly [thread: string, figures: ThreadFigures]>;

/** Shows how threads fare. */
export function threadMetrics<Figures>(source: FigureSource<Figures>, threads: (figures: Figures) => Threads): void {
  const labels = ['thread'];
  const each = (figure: (thread: ThreadFigures) => number) => (figures: Figures) =>
    [...threads(figures)].map(([thread, of]) => [{ thread }, figure(of)] as const);
  const gauge = (name: string, help: string, figure: (thread: ThreadFigures) => number) => {
    source.gauge({ name: `thread_${name}`, help, labels }, each(figure));
  };
  const late = 'How late the event loop came to its timers since the last scrape, or in the last seconds';
  gauge('event_loop_delay_p50_seconds', `${late}: the median.`, ({ loopDelaySeconds }) => loopDelaySeconds.p50);
  gauge('event_loop_delay_p99_seconds', `${late}: all but one in a hundred.`, (of) => of.loopDelaySeconds.p99);
  gauge('event_loop_delay_max_seconds', `${late}: the worst.`, ({ loopDelaySeconds }) => loopDelaySeconds.max);
  gauge('heap_used_bytes', "Objects on the thread's own heap.", ({ heapUsedBytes }) => heapUsedBytes);
  gauge('heap_limit_bytes', 'Size of the heap at which the thread dies.', ({ heapLimitBytes }) => heapLimitBytes);
  const total = (name: string, help: string, figure: (thread: ThreadFigures) => number) => {
    source.counter({ name: `thread_${name}_seconds_total`, help, labels }, each(figure));
  };
  total('event_loop_active', 'Time the event loop has worked.', ({ loopActiveSeconds }) => loopActiveSeconds);
  total('event_loop_idle', 'Time the event loop has waited for work.', ({ loopIdleSeconds }) => loopIdleSeconds);
}
