import type { CircuitState, DeliveryCounts, LaneStatus } from '../../shared/outbox/index.js';
import { ThreadWatch } from '../../shared/telemetry/index.js';
import {
  threadMetrics,
  transactionMetrics,
  type FigureSource,
  type ServiceMetrics,
} from '../../shared/telemetry/metrics.js';
import type { DeliveryControl } from './delivery/delivery-control.js';
import type { DeliveryFigures } from './delivery/delivery-figures.js';

/** What one label means, and its figure. */
type Figures = Readonly<Record<string, (counts: DeliveryCounts) => number>>;

const circuitStates: readonly CircuitState[] = ['closed', 'open', 'half-open'];

/** The delivery thread's figures, on a page of the API thread; it is asked once for each page. */
export function deliveryMetrics(metrics: ServiceMetrics, delivery: Pick<DeliveryControl, 'figures'>): void {
  const up = {
    name: 'checkout_delivery_thread_up',
    help: '1 if the delivery thread has answered within a second, else 0; then its figures are missing here.',
  };
  const source = metrics.source(up, () => delivery.figures());
  countMetrics(source);
  laneMetrics(source);
  const request = 'One request to a destination, until its whole answer or the end of the waiting for one.';
  source.histogram(
    { name: 'checkout_delivery_request_duration_seconds', help: request, labels: ['destination'] },
    ({ requests }) => Object.entries(requests).map(([destination, counts]) => [{ destination }, counts] as const),
  );
  transactionMetrics(source, ({ transactions }) => transactions);
  apiThreadMetrics(metrics, source);
}

function countMetrics(source: FigureSource<DeliveryFigures>): void {
  const counter = (name: string, help: string, label: string | undefined, figures: Figures) => {
    const labels = ['destination', ...(label === undefined ? [] : [label])];
    source.counter({ name: `checkout_${name}_total`, help, labels }, ({ lanes }) =>
      Object.entries(lanes).flatMap(([destination, { counts }]) =>
        Object.entries(figures).map(
          ([value, figure]) =>
            [{ destination, ...(label !== undefined && { [label]: value }) }, figure(counts)] as const,
        ),
      ),
    );
  };
  const plain = (name: string, help: string, figure: (counts: DeliveryCounts) => number) => {
    counter(name, help, undefined, { all: figure });
  };

  plain('delivery_attempts', 'Entries sent, each time they were.', ({ attempts }) => attempts);
  const results =
    'Attempts by what came back: confirmed; refused: a no that parks; misdirected: a no to us, which opens the circuit; ' +
    'failed: time may heal it; no-answer.';
  counter('delivery_attempt_results', results, 'result', {
    confirmed: (counts) => counts.results.confirmed,
    refused: (counts) => counts.results.refused,
    misdirected: (counts) => counts.results.misdirected,
    failed: (counts) => counts.results.failed,
    'no-answer': (counts) => counts.results['no-answer'],
  });
  plain('deliveries_confirmed', 'Entries that a destination confirmed.', ({ confirmed }) => confirmed);
  plain('deliveries_parked', 'Entries that were left for a person to decide.', ({ parked }) => parked);
  const repeats = 'Entries that a destination said it had already, by what sent them twice: restart, other.';
  counter('delivery_repeats', repeats, 'cause', {
    restart: (counts) => counts.repeats.restart,
    other: (counts) => counts.repeats.other,
  });
  const checks = 'Questions whether a destination has an entry, by result: held, not-held, no-answer.';
  counter('delivery_checks', checks, 'result', {
    held: (counts) => counts.checks.held,
    'not-held': (counts) => counts.checks.notHeld,
    'no-answer': (counts) => counts.checks.noAnswer,
  });
  const saved = 'Entries that were not sent again, as the destination was found to have them.';
  plain('delivery_repeats_saved', saved, ({ repeatsSaved }) => repeatsSaved);
}

function laneMetrics(source: FigureSource<DeliveryFigures>): void {
  const gauge = (name: string, help: string, figure: (lane: LaneStatus) => number | null) => {
    const shape = { name: `checkout_destination_${name}`, help, labels: ['destination'] };
    source.gauge(shape, ({ lanes }) =>
      Object.entries(lanes).flatMap(([destination, lane]) => {
        const value = figure(lane);
        return value === null ? [] : [[{ destination }, value] as const];
      }),
    );
  };
  gauge('in_flight', 'Entries that are part of a request under way.', ({ inFlight }) => inFlight);
  gauge('held', 'Entries in memory: in flight, queued, or waiting to be tried again.', ({ held }) => held);
  source.gauge(
    {
      name: 'checkout_destination_circuit',
      help: '1 for the state its circuit is in: closed, open, half-open. Else 0.',
      labels: ['destination', 'state'],
    },
    ({ lanes }) =>
      Object.entries(lanes).flatMap(([destination, { circuit }]) =>
        circuitStates.map((state) => [{ destination, state }, Number(state === circuit)] as const),
      ),
  );
  const opened = 'When its circuit opened, in Unix time; missing while it is closed.';
  gauge('circuit_opened_timestamp_seconds', opened, ({ circuitSince }) => circuitSince && circuitSince / 1000);
  const rate = 'Entries per second that it is sent at most; missing where there is no limit.';
  gauge('rate_limit', rate, ({ ratePerSecond }) => ratePerSecond);
  gauge('catching_up', '1 while its rate holds until it has caught up, and no longer; else 0.', ({ catchingUp }) =>
    Number(catchingUp),
  );
}

/** Both threads in the same metrics; the other one only while it answers. */
function apiThreadMetrics(metrics: ServiceMetrics, source: FigureSource<DeliveryFigures>): void {
  const api = new ThreadWatch();
  threadMetrics(metrics.own(), () => {
    const other = source.figures;
    return [['api', api.figures()], ...(other ? [['delivery', other.thread] as const] : [])];
  });
}
