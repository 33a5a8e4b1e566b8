import type { DestinationStatus, JournalProgress } from '../../shared/journal/index.js';
import type { FigureSource } from '../../shared/telemetry/metrics.js';

export interface DestinationMetricsOptions {
  /** Names of the destinations that are served. */
  readonly served: () => readonly string[];
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

const states = ['served', 'missing', 'removed'] as const;

/** What the journal has on record of each destination: there also while nobody delivers. */
export function destinationMetrics(
  source: FigureSource<{ readonly progress: JournalProgress }>,
  { served, now }: DestinationMetricsOptions,
): void {
  const gauge = (name: string, help: string, figure: (status: DestinationStatus) => number) => {
    const shape = { name: `checkout_destination_${name}`, help, labels: ['destination'] };
    source.gauge(shape, ({ progress }) =>
      Object.entries(progress.destinations).map(([destination, status]) => [{ destination }, figure(status)] as const),
    );
  };
  gauge('cursor', 'Every entry up to here has an outcome on record.', (status) => status.cursor);
  gauge('pending', 'Entries not yet confirmed or discarded.', (status) => status.pending);
  gauge('retrying', 'Entries that will be tried again.', (status) => status.retrying);
  gauge('parked', 'Entries that wait for a person.', (status) => status.parked);
  gauge('paused', '1 while a person holds it back, else 0.', (status) => Number(status.paused));
  const oldest = 'Age of the oldest purchase that is not yet confirmed or discarded; 0 when there is none.';
  gauge('oldest_pending_age_seconds', oldest, ({ oldestPendingAt }) =>
    oldestPendingAt === undefined ? 0 : Math.max(0, (now() - oldestPendingAt) / 1000),
  );
  const stateOf = (name: string, { owed }: DestinationStatus) => {
    if (!owed) return 'removed';
    return served().includes(name) ? 'served' : 'missing';
  };
  source.gauge(
    {
      name: 'checkout_destination_state',
      help: '1 for the state it is in: served; missing: owed purchases and not configured; removed: owed nothing. Else 0.',
      labels: ['destination', 'state'],
    },
    ({ progress }) =>
      Object.entries(progress.destinations).flatMap(([destination, status]) =>
        states.map((state) => [{ destination, state }, Number(state === stateOf(destination, status))] as const),
      ),
  );
}
