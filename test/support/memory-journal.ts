import { destinationMark } from '../../shared/outbox/low-water-mark.js';
import type {
  Decided,
  DeliveryJournal,
  Entry,
  EpochMs,
  LaneState,
  OrderedPage,
  Outcome,
  Parked,
  Retrying,
  Sequence,
} from '../../shared/outbox/types.js';

/** What a person decided, as far as the port says it. */
interface MemoryDecision {
  readonly what: 'retry' | 'redeliver' | 'discard' | 'pause' | 'resume';
  readonly destination: string;
  readonly sequence?: Sequence;
  readonly at: EpochMs;
  readonly why: string | undefined;
}

interface LaneRecord {
  readonly outcomes: Map<Sequence, Outcome>;
  /** For each key, the entries on record that are neither confirmed nor discarded. */
  readonly open: Map<string, Set<Sequence>>;
  cursor: number;
  paused: boolean;
  catchUpRatePerSecond?: number | undefined;
}

const isFinal = (outcome: Outcome | undefined) => outcome?.state === 'confirmed' || outcome?.state === 'discarded';

function isRedelivery(outcome: Outcome): outcome is Retrying {
  return outcome.state === 'retrying' && outcome.asked?.what === 'redeliver';
}

/** What survives a restart: the entries and what is on record. Sessions work on it. */
export class MemoryStore {
  readonly lanes = new Map<string, LaneRecord>();
  readonly listeners = new Set<() => void>();
  /** In the order in which they took effect. */
  readonly decisions: MemoryDecision[] = [];
  #count = 0;
  readonly #keyOf: (sequence: number) => string;
  readonly #traceOf: (sequence: number) => Entry['trace'];
  /** Confirmed outcomes that came for an entry that was confirmed already. */
  confirmedAgain = 0;
  /** The most entries above a cursor with an outcome, at any time. */
  recordedAboveMost = 0;

  /** By default every entry has a key of its own, and came with no trace. */
  constructor(
    keyOf = (sequence: number) => `key-${sequence}`,
    traceOf: (sequence: number) => Entry['trace'] = () => undefined,
  ) {
    this.#keyOf = keyOf;
    this.#traceOf = traceOf;
  }

  append(count: number): void {
    this.#count += count;
    for (const listener of this.listeners) listener();
  }

  get count(): number {
    return this.#count;
  }

  entry(sequence: number): Entry {
    if (sequence < 1 || sequence > this.#count) throw new Error(`entry ${sequence} was never there`);
    const trace = this.#traceOf(sequence);
    return {
      sequence: sequence as Sequence,
      id: `id-${sequence}`,
      key: this.#keyOf(sequence),
      body: Buffer.from(`{"data":{"sequence":${sequence}}}`),
      ...(trace && { trace }),
    };
  }

  lane(name: string): LaneRecord {
    const lane = this.lanes.get(name) ?? { outcomes: new Map(), open: new Map(), cursor: 0, paused: false };
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

  /** Returns what it released. */
  settle(name: string, outcomes: readonly Outcome[]): Retrying[] {
    const lane = this.lane(name);
    const freed = new Map<string, Outcome>();
    for (const outcome of outcomes) {
      this.entry(outcome.sequence);
      const before = lane.outcomes.get(outcome.sequence);
      if (isRedelivery(outcome)) {
        this.#reopen(name, outcome);
        continue;
      }
      if (isFinal(before)) {
        if (outcome.state === 'confirmed') this.confirmedAgain += 1;
        continue;
      }
      // A person decides on what was on record a moment ago; an attempt may have failed since.
      const isLate = before !== undefined && outcome.attempts < before.attempts;
      if (isLate && outcome.state !== 'discarded') throw new Error('attempts went down');
      const decided = this.#withoutDecision(name, outcome);
      lane.outcomes.set(outcome.sequence, isLate ? { ...decided, attempts: before.attempts } : decided);
      const key = (before ?? outcome).key;
      if (key === undefined) continue;
      this.#index(lane, key, outcome);
      const frees = isFinal(outcome) ? before?.state !== 'held' : this.#isBehindFinal(lane, outcome);
      if (frees) freed.set(key, outcome);
    }
    const released = [...freed].flatMap(([key, { at }]) => this.#release(lane, key, at) ?? []);
    while (lane.outcomes.has((lane.cursor + 1) as Sequence)) lane.cursor += 1;
    this.recordedAboveMost = Math.max(this.recordedAboveMost, this.recordedAbove(name).length);
    return released;
  }

  /** The lowest entry of a key that is on record as open. */
  lowestOpen(name: string, key: string, except?: Sequence): Outcome | undefined {
    const { open, outcomes } = this.lane(name);
    const others = [...(open.get(key) ?? [])].filter((sequence) => sequence !== except);
    return others.length === 0 ? undefined : outcomes.get(Math.min(...others) as Sequence);
  }

  /** Has a confirmed entry delivered again; it keeps out of its key's line. */
  #reopen(name: string, outcome: Retrying): void {
    const { outcomes } = this.lane(name);
    if (outcomes.get(outcome.sequence)?.state !== 'confirmed') return;
    if (outcome.key !== undefined) throw new Error('what is delivered again has no key');
    outcomes.set(outcome.sequence, this.#withoutDecision(name, outcome));
  }

  #index({ open }: LaneRecord, key: string, outcome: Outcome): void {
    const sequences = open.get(key) ?? new Set();
    open.set(key, sequences);
    if (isFinal(outcome)) sequences.delete(outcome.sequence);
    else sequences.add(outcome.sequence);
  }

  #isBehindFinal({ outcomes }: LaneRecord, outcome: Outcome): boolean {
    if (outcome.state !== 'held') return false;
    const behind = outcomes.get(outcome.behind);
    // One that is open and has no key is delivered again: it was final.
    return isFinal(behind) || (behind !== undefined && behind.key === undefined);
  }

  #release({ open, outcomes }: LaneRecord, key: string, at: EpochMs): Retrying | undefined {
    const sequence = Math.min(...(open.get(key) ?? [])) as Sequence;
    if (outcomes.get(sequence)?.state !== 'held') return undefined;
    const count = { attempts: 0, attemptsCounted: 0 };
    const released: Retrying = { state: 'retrying', sequence, key, ...count, at, nextAttemptAt: at, error: '' };
    outcomes.set(sequence, released);
    return released;
  }

  setPaused(name: string, paused: boolean, decided: Decided, rate?: number | null): void {
    const lane = this.lane(name);
    const before = { paused: lane.paused, rate: lane.catchUpRatePerSecond };
    lane.paused = paused;
    if (rate !== undefined) lane.catchUpRatePerSecond = rate ?? undefined;
    if (before.paused === lane.paused && before.rate === lane.catchUpRatePerSecond) return;
    this.decisions.push({ what: paused ? 'pause' : 'resume', destination: name, ...decided });
  }

  /** Puts what a person decided on record, and returns the outcome as it is read back. */
  #withoutDecision(name: string, outcome: Outcome): Outcome {
    const { sequence, at } = outcome;
    const base = { destination: name, sequence, at };
    if (outcome.state === 'discarded') this.decisions.push({ what: 'discard', ...base, why: outcome.reason });
    if (outcome.state !== 'retrying' || outcome.asked === undefined) return outcome;
    const { asked, ...rest } = outcome;
    this.decisions.push({ ...base, ...asked });
    return rest;
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
  /** Awaited when an ordered read has looked, and before the caller hears of it. */
  afterRead: () => Promise<void> = () => Promise.resolve();
  /** The last entry that was there when this run began. */
  readonly #endAtStart: Sequence;
  #dead = false;
  readonly #settling = new Set<string>();

  constructor(store = new MemoryStore()) {
    this.store = store;
    this.#endAtStart = store.count as Sequence;
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
      retrying: [...lane.outcomes.values()]
        .filter((outcome): outcome is Retrying => outcome.state === 'retrying')
        .sort((a, b) => a.sequence - b.sequence),
      endAtStart: this.#endAtStart,
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

  async readOrdered(destination: string, after: Sequence, limit: number): Promise<OrderedPage> {
    const entries = await this.read(after, limit);
    const lowestOpen = new Map<string, Sequence>();
    for (const { key } of entries) {
      const lowest = this.store.lowestOpen(destination, key);
      if (lowest !== undefined) lowestOpen.set(key, lowest.sequence);
    }
    await this.afterRead();
    return { entries, lowestOpen };
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

  async settle(destination: string, outcomes: readonly Outcome[]): Promise<readonly Retrying[]> {
    if (outcomes.length === 0) throw new Error('an empty settle');
    if (this.#settling.has(destination)) throw new Error('two settles of one lane at a time');
    this.#settling.add(destination);
    try {
      await this.beforeSettle(destination);
      await this.#alive();
      this.settles.push({ destination, outcomes });
      const released = this.store.settle(destination, outcomes);
      await this.afterSettle(destination);
      await this.#alive();
      return released;
    } finally {
      this.#settling.delete(destination);
    }
  }

  async setPaused(destination: string, paused: boolean, decided: Decided, rate?: number | null): Promise<void> {
    await this.#alive();
    this.store.setPaused(destination, paused, decided, rate);
  }

  async liftCatchUpRate(destination: string): Promise<void> {
    await this.#alive();
    this.store.lane(destination).catchUpRatePerSecond = undefined;
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

  async wouldRelease(destination: string, sequence: Sequence): Promise<boolean> {
    await this.#alive();
    const key = this.store.outcome(destination, sequence)?.key;
    return key !== undefined && this.store.lowestOpen(destination, key, sequence)?.state === 'held';
  }

  async #alive(): Promise<void> {
    if (this.#dead) await new Promise<never>(() => undefined);
  }
}
