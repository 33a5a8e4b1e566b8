import { Circuit } from './circuit.js';
import { Delivery, type DeliverySurroundings } from './delivery.js';
import { DeliveryTally, type Suspicion } from './delivery-tally.js';
import { OutboxError, StoppedError, WithdrawnError } from './errors.js';
import { KeyOrder } from './key-order.js';
import { LaneFlow } from './lane-flow.js';
import { LastLife } from './last-life.js';
import { LaneReader } from './lane-reader.js';
import { ParkedNotice } from './parked-notice.js';
import { RateLimit } from './rate-limit.js';
import { Sender } from './sender.js';
import { Settlement } from './settlement.js';
import type {
  Clock,
  DeliveryJournal,
  DestinationOptions,
  Entry,
  LaneStatus,
  Outcome,
  OutboxLog,
  Retrying,
  Sequence,
  Transport,
} from './types.js';
import { Verification } from './verification.js';
import { withinTime } from './within-time.js';

export interface LaneSurroundings {
  readonly journal: DeliveryJournal;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: OutboxLog;
  /** Told once, when the lane cannot go on. */
  readonly onFailed: (error: unknown) => void;
}

/**
 * One destination: reads the journal, delivers, records.
 *
 * Owns the entries in its memory: the window (read, nothing on record yet) and the retrying (on record as to be tried again).
 * Shares nothing with other lanes but the journal (O2). An entry in memory has exactly one delivery, or is just being recorded
 * as held. Where the destination wants order within each key, `KeyOrder` owns that.
 *
 * 1. The window has at most `windowMax` entries, and window and retrying together at most `retryingMax` (O3). Only a restart
 *    with a smaller bound than before finds more retrying entries; then nothing is read until there is room. And one that was
 *    discarded while it is under way keeps its place, though one it held back has got in.
 * 2. An entry leaves the window only when an outcome for it is durable, so a crash at any moment leaves nothing unsent and
 *    unrecorded.
 * 3. An entry with an outcome on record is not read again (O5).
 * 4. An entry that a settle released is in memory before anyone hears of that settle, so its key never looks free. It takes the
 *    place of the one that ended; a parked one has none to give, so whoever discards it reserves one.
 * 5. When the journal or a transport breaks its promise, the lane makes no further attempt and says so once.
 */
export class Lane {
  readonly options: DestinationOptions;
  /** Whether and how fast it may send. */
  readonly flow: LaneFlow;
  readonly #surroundings: LaneSurroundings;
  readonly #circuit: Circuit;
  readonly #rate: RateLimit;
  readonly #sender: Sender;
  readonly #settlement: Settlement;
  readonly #forDeliveries: DeliverySurroundings;
  readonly #reader: LaneReader;
  readonly #order: KeyOrder | undefined;
  readonly #tally = new DeliveryTally();
  readonly #parkedNotice: ParkedNotice;
  #lastLife: LastLife | undefined;
  /** Undefined stands for an entry that is just being recorded as held. */
  readonly #window = new Map<Sequence, Delivery | undefined>();
  readonly #retrying = new Map<Sequence, Delivery>();
  #reserved = 0;
  #reading: Promise<void> = Promise.resolve();
  #halted = false;
  #failed = false;
  #onEmpty: (() => void) | undefined;

  constructor(options: DestinationOptions, surroundings: LaneSurroundings) {
    const { journal, transport, clock, random, log } = surroundings;
    this.options = options;
    this.#surroundings = surroundings;
    this.#circuit = new Circuit(options, {
      clock,
      random,
      log,
      onAdmitting: () => {
        this.#sender.pumpSoon();
      },
    });
    this.#rate = new RateLimit(options.ratePerSecondMax, clock, () => {
      this.#sender.pumpSoon();
    });
    this.#parkedNotice = new ParkedNotice(options, { clock, log });
    const verification = new Verification(options, { clock, log });
    this.#sender = new Sender(options, { transport, circuit: this.#circuit, rate: this.#rate, verification, clock });
    this.#settlement = new Settlement(async (outcomes) => {
      for (const released of await journal.settle(options.name, outcomes)) this.takeUp(released); // 4
    });
    const order =
      options.order === 'key'
        ? new KeyOrder(options.name, { journal, clock, settlement: this.#settlement })
        : undefined;
    this.#order = order;
    this.#reader = new LaneReader(options, journal, {
      room: () => this.#readingRoom(),
      oldestInWindow: () => this.#window.keys().next().value,
      read: (after, limit) => order?.read(after, limit) ?? journal.read(after, limit),
      onEntries: (entries) => {
        for (const entry of entries) this.#take(entry);
        order?.pageTaken();
      },
      onEnd: () => {
        this.flow.check();
      },
    });
    this.flow = new LaneFlow({
      destination: options.name,
      ...{ journal, rate: this.#rate, clock, log },
      onPaused: (paused) => {
        this.#applyPaused(paused);
      },
      hasCaughtUp: () => this.#hasCaughtUp(),
      onFailed: (error) => {
        this.#fail(error);
      },
    });
    this.#forDeliveries = {
      options,
      sender: this.#sender,
      history: this.#circuit,
      tally: this.#tally,
      clock,
      random,
      readEntry: (sequence) => journal.readEntry(sequence),
      record: (outcome) => this.#settlement.record(outcome),
      onRetryingRecorded: (sequence) => {
        this.#moveToRetrying(sequence);
      },
    };
  }

  /** Takes up what is on record, then reads on. @throws what the journal threw */
  async start(): Promise<void> {
    const state = await this.#surroundings.journal.openLane(this.options.name);
    if (this.#halted) return;
    this.flow.restore(state);
    this.#lastLife = new LastLife(this.options, state);
    for (const outcome of state.retrying) this.takeUp(outcome, 'restart');
    this.#reading = this.#reader.run(state.cursor, state.recordedAbove).catch((error: unknown) => {
      this.#fail(error);
    });
  }

  /**
   * Makes no new attempt, gives those under way `deadlineMs`, and what is known as long again to become durable (a full disk
   * may hold that up for ever; what is not recorded is sent again). Call once.
   */
  async stop(deadlineMs: number): Promise<void> {
    this.#halt();
    this.#parkedNotice.stop();
    await this.#sender.finish(deadlineMs);
    const empty = new Promise<void>((resolve) => {
      this.#onEmpty = resolve;
      this.#checkEmpty();
    });
    const ended = Promise.all([empty, this.#reading, this.flow.idle()]).then(() => undefined);
    await withinTime(ended, deadlineMs, this.#surroundings.clock);
    await this.#surroundings.transport.close();
  }

  status(): LaneStatus {
    return {
      inFlight: this.#sender.inFlight,
      held: this.#window.size + this.#retrying.size,
      circuit: this.#circuit.state,
      ...this.#circuit.status,
      paused: this.flow.paused,
      ratePerSecond: Number.isFinite(this.#rate.ratePerSecond) ? this.#rate.ratePerSecond : null,
      catchingUp: this.#rate.catchUp !== undefined,
      lastError: this.#sender.lastError,
      counts: this.#tally.counts,
    };
  }

  /** True from the moment it makes no further attempt. */
  isHalted(): boolean {
    return this.#halted;
  }

  /**
   * Sets room for up to `wanted` entries aside, that are to be taken up once this is durable. Returns how many there is room
   * for (1); they must be handed back with `releaseRoom` in the same turn as they are taken up.
   */
  reserveRoom(wanted: number): number {
    const granted = Math.max(0, Math.min(wanted, this.#retryingRoom() - this.#reader.expected));
    this.#reserved += granted;
    return granted;
  }

  releaseRoom(granted: number): void {
    this.#reserved -= granted;
    this.#reader.wake();
  }

  /** True from the reading of an entry until its final outcome is durable. */
  holds(sequence: Sequence): boolean {
    return this.#window.has(sequence) || this.#retrying.has(sequence);
  }

  /** Resolves once the outcome is durable. */
  record(outcome: Outcome): Promise<void> {
    return this.#settlement.record(outcome);
  }

  /**
   * Goes on with an entry that is on record as retrying; during a stop, the next start does. Without a suspicion it is sent
   * unasked: a person who wants it tried again means that, also where the destination has something else under its id.
   */
  takeUp(outcome: Retrying, suspicion?: Suspicion): void {
    if (!this.#halted) this.#hold(this.#retrying, Delivery.ofRetrying(outcome, this.#forDeliveries, suspicion));
  }

  /** Makes no further attempt for an entry. What is under way comes back and is recorded; the journal knows better. */
  withdraw(sequence: Sequence): void {
    const error = new WithdrawnError();
    (this.#retrying.get(sequence) ?? this.#window.get(sequence))?.end(error);
    this.#sender.withdraw(sequence, error);
  }

  #applyPaused(paused: boolean): void {
    if (paused) this.#sender.pause();
    else this.#sender.resume();
    this.#reader.wake();
  }

  /**
   * Nothing is left to read, of what was read nothing waits but the newest (with purchases all the time it is never nothing), and
   * nothing that was held and let go waits for its first attempt: behind it there may be as many as were read. What is held
   * behind an entry that fails, or is parked, is not waited for.
   */
  #hasCaughtUp(): boolean {
    if (this.#halted || !this.#reader.atEnd) return false;
    for (const sequence of this.#window.keys()) if (sequence !== this.#reader.position) return false;
    for (const delivery of this.#retrying.values()) if (!delivery.wasTried) return false;
    return true;
  }

  /** How many entries may be read now (1). Single places are left to grow to a part worth a read. */
  #readingRoom(): number {
    const { windowMax } = this.options;
    const free = windowMax - this.#window.size;
    return this.flow.paused || free < windowMax / 4 ? 0 : Math.min(free, this.#retryingRoom());
  }

  /** Places for entries that are held, whether they are to be read or to be retried. May be below 0 after a restart. */
  #retryingRoom(): number {
    return this.options.retryingMax - this.#window.size - this.#retrying.size - this.#reserved;
  }

  #take(entry: Entry): void {
    const suspicion = this.#lastLife?.mayHaveSent(entry.sequence) ? 'restart' : undefined;
    const recorded = this.#order?.holdBack(entry);
    if (recorded !== undefined) void this.#untilRecorded(entry.sequence, recorded);
    else this.#hold(this.#window, Delivery.ofEntry(entry, this.#forDeliveries, suspicion));
  }

  #hold(where: Map<Sequence, Delivery | undefined>, delivery: Delivery): void {
    where.set(delivery.sequence, delivery);
    const { key, sequence } = delivery;
    if (this.#order === undefined || key === undefined) void this.#run(delivery);
    else void this.#order.inTurn(key, sequence, (turn) => this.#run(delivery, turn));
  }

  /** Never rejects: what goes wrong fails the lane. */
  async #untilRecorded(sequence: Sequence, recorded: Promise<void>): Promise<void> {
    this.#window.set(sequence, undefined);
    try {
      await recorded;
    } catch (error) {
      this.#fail(error);
    }
    this.#window.delete(sequence); // 2. If it was released at once, it is among the retrying by now.
    this.#reader.wake();
    this.#checkEmpty();
    this.flow.check();
  }

  /** Never rejects: what goes wrong fails the lane. */
  async #run(delivery: Delivery, turn?: Promise<void>): Promise<void> {
    try {
      const outcome = await delivery.run(turn);
      await this.#settlement.record(outcome);
      if (outcome.state === 'parked') {
        this.#order?.parked(outcome);
        this.#parkedNotice.parked(outcome.sequence);
      }
    } catch (error) {
      if (!(error instanceof StoppedError || error instanceof WithdrawnError)) this.#fail(error);
    }
    this.#window.delete(delivery.sequence); // 2
    this.#retrying.delete(delivery.sequence);
    this.#reader.wake();
    this.#checkEmpty();
    this.flow.check();
  }

  #moveToRetrying(sequence: Sequence): void {
    const delivery = this.#window.get(sequence);
    if (delivery === undefined) return;
    this.#window.delete(sequence); // 2
    this.#retrying.set(sequence, delivery);
    this.#reader.wake();
  }

  #checkEmpty(): void {
    if (this.#window.size + this.#retrying.size === 0) this.#onEmpty?.();
  }

  #halt(): void {
    if (this.#halted) return;
    this.#halted = true;
    this.#reader.stop();
    const error = new StoppedError();
    for (const held of [this.#window, this.#retrying]) for (const delivery of held.values()) delivery?.end(error);
    this.#sender.halt();
  }

  #fail(error: unknown): void {
    if (this.#failed) return;
    this.#failed = true;
    const { log, onFailed } = this.#surroundings;
    const code = error instanceof OutboxError ? error.code : undefined;
    log.error({ destination: this.options.name, err: error, code }, 'lane failed: the process must restart');
    this.#halt();
    onFailed(error);
  }
}
