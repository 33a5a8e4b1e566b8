import { Counter, type Registry } from 'prom-client';

import type { DeliveryCounts } from '../../shared/outbox/index.js';
import type { DeliveryControl } from './delivery/delivery-control.js';

/** What one label means, and its figure. */
type Figures = Readonly<Record<string, (counts: DeliveryCounts) => number>>;

/** The delivery thread's counts in a registry of the API thread; it is asked when they are asked for. */
export function deliveryMetrics(registry: Registry, delivery: Pick<DeliveryControl, 'status'>): void {
  const counter = (name: string, help: string, label: string | undefined, figures: Figures) =>
    new Counter({
      name: `checkout_${name}_total`,
      help,
      labelNames: ['destination', ...(label === undefined ? [] : [label])],
      registers: [registry],
      async collect() {
        const lanes = await delivery.status();
        // The numbers are those of the delivery thread: here they are shown, not counted.
        this.reset();
        for (const [destination, { counts }] of Object.entries(lanes)) {
          for (const [value, figure] of Object.entries(figures)) {
            this.inc({ destination, ...(label !== undefined && { [label]: value }) }, figure(counts));
          }
        }
      },
    });
  const plain = (name: string, help: string, figure: (counts: DeliveryCounts) => number) =>
    counter(name, help, undefined, { all: figure });

  plain('delivery_attempts', 'Entries sent, each time they were.', ({ attempts }) => attempts);
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
