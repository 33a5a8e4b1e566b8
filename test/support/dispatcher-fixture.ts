import { withDefaults } from '../../shared/outbox/default-options.js';
import { createDispatcher } from '../../shared/outbox/dispatcher.js';
import type { Dispatcher } from '../../shared/outbox/operation.js';
import type { DestinationOptions } from '../../shared/outbox/types.js';
import { ManualClock } from './manual-clock.js';
import { MemoryJournal, type MemoryStore } from './memory-journal.js';
import { RecordingLog } from './recording-log.js';
import { ScriptedTransport } from './scripted-transport.js';

export const SECRET = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;

export function destination(name: string, options: Partial<DestinationOptions> = {}): DestinationOptions {
  return withDefaults({ name, url: `http://${name}.test/events`, secrets: [SECRET], ...options });
}

/** A dispatcher with everything around it in the test's hands. */
export interface Bench {
  readonly dispatcher: Dispatcher;
  readonly journal: MemoryJournal;
  readonly store: MemoryStore;
  readonly clock: ManualClock;
  readonly log: RecordingLog;
  readonly transport: (name: string) => ScriptedTransport;
}

export interface BenchOptions {
  readonly store?: MemoryStore;
  readonly clock?: ManualClock;
  readonly random?: () => number;
  readonly transports?: Record<string, ScriptedTransport>;
}

/** Not started yet: a test appends and scripts first. */
export function benchOf(destinations: readonly DestinationOptions[], options: BenchOptions = {}): Bench {
  const journal = new MemoryJournal(options.store);
  const clock = options.clock ?? new ManualClock();
  const log = new RecordingLog();
  const transports = new Map(Object.entries(options.transports ?? {}));
  const transport = (name: string) => {
    const found = transports.get(name) ?? new ScriptedTransport();
    transports.set(name, found);
    return found;
  };
  const dispatcher = createDispatcher({
    journal,
    destinations,
    transportFor: ({ name }) => transport(name),
    clock,
    random: options.random ?? (() => 0.5),
    log,
  });
  return { dispatcher, journal, store: journal.store, clock, log, transport };
}
