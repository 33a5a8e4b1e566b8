import { destinationMark } from '../../shared/outbox/low-water-mark.js';
import type {
  DeliveryJournal,
  Entry,
  LaneState,
  Outcome,
  Parked,
  Retrying,
  Sequence,
} from '../../shared/outbox/types.js';

interface LaneRecord {
  readonly outcomes: Map<Sequence, Outcome>;
  cursor: number;
  paused: boolean;
  catchUpRatePerSecond?: number | undefined;
}

const isFinal = (outcome: Outcome | undefined) => outcome?.state === 'confirmed' || outcome?.state === 'discarded';

/** What survives a restart: the entries and what is on record. Sessions work on it. */
export class MemoryStore {
  readonly lanes = new Map<string, LaneRecord>();
  readonly listeners = new Set<() => void>();
  #count = 0;
  /** Confirmed outcomes that came for an entry that was confirmed already. */
  confirmedAgain = 0;
  /** The most entries above a cursor with an outcome, at any time. */
  recordedAboveMost = 0;

  append(count: number): void {
    this.#count += count;
    for (const listener of this.listeners) listener();
  }

  get count(): number {
    return this.#count;
  }

  entry(sequence: number): Entry {
    if (sequence < 1 || sequence > this.#count) throw new Error(`entry ${sequence} was never there`);
    return {
      sequence: sequence as Sequence,
      id: `id-${sequence}`,
      body: Buffer.from(`{"data":{"sequence":${sequence}}}`),
    };
  }

  lane(name: string): LaneRecord {
    const lane = this.lanes.get(name) ?? { outcomes: new Map<Sequence, Outcome>(), cursor: 0, paused: false };
    this.lanes.set(name, lane);
    return lane;
  }

  outcome(name: string, sequence: number): Outcome | undefined {
    return this.lane(name).outcomes.get(sequence as Sequence);
  }

  states(name: string): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const { state } of this.lane(name).outcomes.values()) counts[state] = (counts[state] ?? 0) + 1;
    return counts;
  }

  /** The mark of one destination, by the product's arithmetic on what is recorded. */
  mark(name: string): number {
    const { outcomes, cursor } = this.lane(name);
    const open = [...outcomes.values()].filter((outcome) => !isFinal(outcome) && outcome.sequence <= cursor);
    const firstOpen = open.length === 0 ? undefined : Math.min(...open.map(({ sequence }) => sequence));
    return destinationMark({
      name,
      startAfter: 0 as Sequence,
      cursor: cursor as Sequence,
      firstOpen: firstOpen as Sequence | undefined,
    });
  }

  settle(name: string, outcomes: readonly Outcome[]): void {
    const lane = this.lane(name);
    for (const outcome of outcomes) {
      this.entry(outcome.sequence);
      const before = lane.outcomes.get(outcome.sequence);
      if (isFinal(before)) {
        if (outcome.state === 'confirmed') this.confirmedAgain += 1;
        continue;
      }
      if (before !== undefined && outcome.attempts < before.attempts) throw new Error('attempts went down');
      lane.outcomes.set(outcome.sequence, outcome);
    }
    while (lane.outcomes.has((lane.cursor + 1) as Sequence)) lane.cursor += 1;
    this.recordedAboveMost = Math.max(this.recordedAboveMost, this.recordedAbove(name).length);
  }

  recordedAbove(name: string): Sequence[] {
    const { outcomes, cursor } = this.lane(name);
    // Keys come in the order in which they were first recorded: those above the cursor are near the end.
    const above: Sequence[] = [];
    for (let sequence = cursor + 1; above.length < outcomes.size - cursor; sequence += 1) {
      if (outcomes.has(sequence as Sequence)) above.push(sequence as Sequence);
    }
    return above;
  }
}

/**
 * The journal port in memory, for one run of a dispatcher. Checks that the port is used as agreed: one settle at a time for
 * each lane, and never an empty one.
 */
export class MemoryJournal implements DeliveryJournal {
  readonly store: MemoryStore;
  /** Every settle so far. */
  readonly settles: { destination: string; outcomes: readonly Outcome[] }[] = [];
  readsTotal = 0;
  /** Awaited before a settle takes effect; a test may replace it to hold or fail one. */
  beforeSettle: (destination: string) => Promise<void> = () => Promise.resolve();
  /** Awaited after a settle took effect and before the caller hears of it. */
  afterSettle: (destination: string) => Promise<void> = () => Promise.resolve();
  beforeRead: () => Promise<void> = () => Promise.resolve();
  #dead = false;
  readonly #settling = new Set<string>();

  constructor(store = new MemoryStore()) {
    this.store = store;
  }

  /** As if the process had died: nothing takes effect or comes back any more. */
  kill(): void {
    this.#dead = true;
  }

  async openLane(destination: string): Promise<LaneState> {
    await this.#alive();
    const lane = this.store.lane(destination);
    return {
      cursor: lane.cursor as Sequence,
      recordedAbove: this.store.recordedAbove(destination),
      retrying: [...lane.outcomes.values()].filter((outcome): outcome is Retrying => outcome.state === 'retrying'),
      paused: lane.paused,
      catchUpRatePerSecond: lane.catchUpRatePerSecond,
    };
  }

  async read(after: Sequence, limit: number): Promise<Entry[]> {
    if (!(limit > 0)) throw new Error(`read with a limit of ${limit}`);
    await this.beforeRead();
    await this.#alive();
    const entries: Entry[] = [];
    for (let sequence = after + 1; sequence <= this.store.count && entries.length < limit; sequence += 1) {
      entries.push(this.store.entry(sequence));
    }
    this.readsTotal += entries.length;
    return entries;
  }

  async readEntry(sequence: Sequence): Promise<Entry> {
    await this.#alive();
    return this.store.entry(sequence);
  }

  onReadable(listener: () => void): () => void {
    this.store.listeners.add(listener);
    return () => {
      this.store.listeners.delete(listener);
    };
  }

  async settle(destination: string, outcomes: readonly Outcome[]): Promise<void> {
    if (outcomes.length === 0) throw new Error('an empty settle');
    if (this.#settling.has(destination)) throw new Error('two settles of one lane at a time');
    this.#settling.add(destination);
    try {
      await this.beforeSettle(destination);
      await this.#alive();
      this.settles.push({ destination, outcomes });
      this.store.settle(destination, outcomes);
      await this.afterSettle(destination);
      await this.#alive();
    } finally {
      this.#settling.delete(destination);
    }
  }

  async setPaused(destination: string, paused: boolean): Promise<void> {
    await this.#alive();
    this.store.lane(destination).paused = paused;
  }

  async setCatchUpRate(destination: string, ratePerSecond: number | undefined): Promise<void> {
    await this.#alive();
    this.store.lane(destination).catchUpRatePerSecond = ratePerSecond;
  }

  async outcome(destination: string, sequence: Sequence): Promise<Outcome | undefined> {
    await this.#alive();
    return this.store.outcome(destination, sequence);
  }

  async parked(destination: string, after: Sequence, limit: number): Promise<Parked[]> {
    await this.#alive();
    return [...this.store.lane(destination).outcomes.values()]
      .filter((outcome): outcome is Parked => outcome.state === 'parked' && outcome.sequence > after)
      .sort((a, b) => a.sequence - b.sequence)
      .slice(0, limit);
  }

  async #alive(): Promise<void> {
    if (this.#dead) await new Promise<never>(() => undefined);
  }
}
