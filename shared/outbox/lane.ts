import { createSending, type Sending, type SendingSurroundings } from './create-sending.js';
import { Delivery, type DeliverySurroundings } from './delivery.js';
import { DeliveryTally, type Suspicion } from './delivery-tally.js';
import { namesOf } from './entry-names.js';
import { OutboxError, StoppedError, WithdrawnError } from './errors.js';
import { KeyOrder } from './key-order.js';
import { LaneFlow } from './lane-flow.js';
import { LastLife } from './last-life.js';
import { LaneMemory } from './lane-memory.js';
import { LaneReader } from './lane-reader.js';
import { ParkedNotice } from './parked-notice.js';
import { Settlement } from './settlement.js';
import type { LaneStatus } from './operation.js';
import type { DeliveryJournal, DestinationOptions, Entry, Outcome, Retrying, Sequence } from './types.js';
import { withinTime } from './within-time.js';

export interface LaneSurroundings extends SendingSurroundings {
  readonly journal: DeliveryJournal;
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
  readonly #sending: Sending;
  readonly #settlement: Settlement;
  readonly #forDeliveries: DeliverySurroundings;
  readonly #reader: LaneReader;
  readonly #order: KeyOrder | undefined;
  readonly #tally = new DeliveryTally();
  readonly #parkedNotice: ParkedNotice;
  #lastLife: LastLife | undefined;
  readonly #memory: LaneMemory;
  #reading: Promise<void> = Promise.resolve();
  #halted = false;
  #failed = false;
  #onEmpty: (() => void) | undefined;

  constructor(options: DestinationOptions, surroundings: LaneSurroundings) {
    const { journal, clock, random, log } = surroundings;
    this.options = options;
    this.#surroundings = surroundings;
    this.#memory = new LaneMemory(options);
    this.#sending = createSending(options, surroundings);
    const { circuit, rate, sender } = this.#sending;
    this.#parkedNotice = new ParkedNotice(options, { clock, log });
    this.#settlement = new Settlement(async (outcomes) => {
      for (const released of await journal.settle(options.name, outcomes)) this.takeUp(released); // 4
    });
    const order =
      options.order === 'key'
        ? new KeyOrder(options.name, { journal, clock, settlement: this.#settlement })
        : undefined;
    this.#order = order;
    this.#reader = new LaneReader(options, journal, {
      room: () => (this.flow.paused ? 0 : this.#memory.readingRoom()),
      oldestInWindow: () => this.#memory.oldestInWindow,
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
      ...{ journal, rate, clock, log },
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
      sender,
      history: circuit,
      tally: this.#tally,
      clock,
      random,
      readEntry: (sequence) => journal.readEntry(sequence),
      record: (outcome) => this.#settlement.record(outcome),
      onRetryingRecorded: (sequence) => {
        if (this.#memory.moveToRetrying(sequence)) this.#reader.wake(); // 2
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
    await this.#sending.sender.finish(deadlineMs);
    const empty = new Promise<void>((resolve) => {
      this.#onEmpty = resolve;
      this.#checkEmpty();
    });
    const ended = Promise.all([empty, this.#reading, this.flow.idle()]).then(() => undefined);
    await withinTime(ended, deadlineMs, this.#surroundings.clock);
    await this.#surroundings.transport.close();
  }

  status(): LaneStatus {
    const { circuit, rate, sender } = this.#sending;
    return {
      inFlight: sender.inFlight,
      held: this.#memory.size,
      circuit: circuit.state,
      ...circuit.status,
      paused: this.flow.paused,
      ratePerSecond: Number.isFinite(rate.ratePerSecond) ? rate.ratePerSecond : null,
      catchingUp: rate.catchUp !== undefined,
      lastError: sender.lastError,
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
    return this.#memory.reserve(wanted, this.#reader.expected);
  }

  releaseRoom(granted: number): void {
    this.#memory.release(granted);
    this.#reader.wake();
  }

  /** True from the reading of an entry until its final outcome is durable. */
  holds(sequence: Sequence): boolean {
    return this.#memory.has(sequence);
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
    if (this.#halted) return;
    const delivery = Delivery.ofRetrying(outcome, this.#forDeliveries, suspicion);
    this.#memory.enterRetrying(delivery);
    this.#begin(delivery);
  }

  /** Makes no further attempt for an entry. What is under way comes back and is recorded; the journal knows better. */
  withdraw(sequence: Sequence): void {
    const error = new WithdrawnError();
    this.#memory.find(sequence)?.end(error);
    this.#sending.sender.withdraw(sequence, error);
  }

  #applyPaused(paused: boolean): void {
    if (paused) this.#sending.sender.pause();
    else this.#sending.sender.resume();
    this.#reader.wake();
  }

  /** Nothing is left to read, nothing waits to be sent, now or for the first time. What is held behind one that fails does not count. */
  #hasCaughtUp(): boolean {
    const { atEnd, position } = this.#reader;
    return !this.#halted && atEnd && this.#sending.sender.waiting === 0 && !this.#memory.hasUntriedBut(position);
  }

  #take(entry: Entry): void {
    const suspicion = this.#lastLife?.mayHaveSent(entry.sequence) ? 'restart' : undefined;
    const recorded = this.#order?.holdBack(entry);
    if (recorded !== undefined) {
      this.#memory.enterWindow(entry.sequence, undefined);
      void this.#untilRecorded(entry.sequence, recorded);
      return;
    }
    const delivery = Delivery.ofEntry(entry, this.#forDeliveries, suspicion);
    this.#memory.enterWindow(entry.sequence, delivery);
    this.#begin(delivery);
  }

  #begin(delivery: Delivery): void {
    const { key, sequence } = delivery;
    if (this.#order === undefined || key === undefined) void this.#run(delivery);
    else void this.#order.inTurn(key, sequence, (turn) => this.#run(delivery, turn));
  }

  /** Never rejects: what goes wrong fails the lane. */
  async #untilRecorded(sequence: Sequence, recorded: Promise<void>): Promise<void> {
    try {
      await recorded;
    } catch (error) {
      this.#fail(error);
    }
    this.#memory.leaveWindow(sequence); // 2. If it was released at once, it is among the retrying by now.
    this.#afterLeaving();
  }

  /** Never rejects: what goes wrong fails the lane. */
  async #run(delivery: Delivery, turn?: Promise<void>): Promise<void> {
    try {
      const outcome = await delivery.run(turn);
      await this.#settlement.record(outcome);
      if (outcome.state === 'confirmed' && delivery.isWithdrawn) this.#arrivedLate(delivery);
      if (outcome.state === 'parked') {
        this.#order?.parked(outcome);
        this.#parkedNotice.parked(delivery);
      }
    } catch (error) {
      if (!(error instanceof StoppedError || error instanceof WithdrawnError)) this.#fail(error);
    }
    this.#memory.leave(delivery.sequence); // 2
    this.#afterLeaving();
  }

  /** A person gave it up, and may have acted on that. */
  #arrivedLate(delivery: Delivery): void {
    const fields = { destination: this.options.name, ...namesOf(delivery) };
    this.#surroundings.log.warn(fields, 'a discarded entry was under way, and has arrived all the same');
  }

  #afterLeaving(): void {
    this.#reader.wake();
    this.#checkEmpty();
    this.flow.check();
  }

  #checkEmpty(): void {
    if (this.#memory.size === 0) this.#onEmpty?.();
  }

  #halt(): void {
    if (this.#halted) return;
    this.#halted = true;
    this.#reader.stop();
    const error = new StoppedError();
    for (const delivery of this.#memory.deliveries()) delivery.end(error);
    this.#sending.sender.halt();
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
