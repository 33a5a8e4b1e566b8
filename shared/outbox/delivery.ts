import pRetry, { type RetryContext } from 'p-retry';

import { AttemptCount, type DestinationHistory } from './attempt-count.js';
import { classifyAnswer, type Meaning } from './classify-answer.js';
import type { DeliveryTally, Suspicion } from './delivery-tally.js';
import { describeAnswer, describeNoHolding } from './describe-answer.js';
import { AttemptFailedError, type OutboxError, WithdrawnError } from './errors.js';
import { mayHaveBeenApplied } from './may-have-been-applied.js';
import { retryDelayMs, retryDelayMsLimit } from './retry-policy.js';
import type { AttemptResult } from './operation.js';
import type { Asked } from './request-queue.js';
import type { Sender } from './sender.js';
import { traceIdOf } from './trace-headers.js';
import type {
  Answer,
  Clock,
  Confirmed,
  DestinationOptions,
  Entry,
  EpochMs,
  Outcome,
  Parked,
  Retrying,
  Sequence,
} from './types.js';

/** What the deliveries of one lane share. */
export interface DeliverySurroundings {
  readonly options: DestinationOptions;
  readonly sender: Pick<Sender, 'send' | 'ask'>;
  readonly history: DestinationHistory;
  readonly tally: DeliveryTally;
  readonly clock: Clock;
  readonly random: () => number;
  readonly readEntry: (sequence: Sequence) => Promise<Entry>;
  /** Resolves once the outcome is durable. */
  readonly record: (outcome: Outcome) => Promise<void>;
  /** Told when a delivery has an outcome on record for the first time, and so has left the window. */
  readonly onRetryingRecorded: (sequence: Sequence) => void;
}

/**
 * All options, though most have these values by default: p-retry adds those that are missing to a copy of its own, which took 9 µs for
 * each delivery, against half a microsecond.
 */
const retryForever = Object.freeze({
  retries: Infinity,
  minTimeout: 0,
  maxTimeout: Infinity,
  maxRetryTime: Infinity,
  // Its own delay stays 0 for good; with a factor above 1 it would come to 0 * Infinity.
  factor: 1,
  randomize: false,
  shouldRetry: () => true,
  shouldConsumeRetry: () => true,
});

/**
 * The attempts to deliver one entry, from the first to a final answer, driven by p-retry (O8).
 *
 * This is the only file that knows p-retry. It is told to go on for ever and to wait for nothing: whether there is another
 * attempt, and when, is decided here, where the answer is known. It gets no `signal`, since it would throw after a success
 * if the signal was aborted meanwhile, and the confirmation would be lost; what ends a delivery throws out of `#attempt` or
 * `#waitForNextAttempt` instead.
 *
 * 1. Every failure is on record, with the time of the next attempt, before that attempt is waited for.
 * 2. An attempt whose answer has come is never forgotten: `end` stops the waiting, not the answer.
 * 3. Where the destination can be asked, an entry that it may have is asked about before it is sent. A question is no attempt:
 *    without an answer it is put again later, and parks nothing.
 */
export class Delivery {
  readonly sequence: Sequence;
  /** Undefined for an entry that is on record without one. */
  readonly key: string | undefined;
  readonly #surroundings: DeliverySurroundings;
  readonly #count: AttemptCount;
  /** Absent until the first attempt of an entry that is taken up again. */
  #entry: Entry | undefined;
  #nextAttemptAt: EpochMs | undefined;
  /** One for each sleep: on a signal for the whole lane a thousand sleepers would be a thousand listeners. */
  #sleep: AbortController | undefined;
  #ended: OutboxError | undefined;
  #endBeforeTurn: ((error: OutboxError) => void) | undefined;
  #suspicion: Suspicion | undefined;
  #alone = false;

  private constructor(
    { sequence, key, suspicion }: Pick<Outcome, 'sequence' | 'key'> & { suspicion: Suspicion | undefined },
    count: AttemptCount,
    surroundings: DeliverySurroundings,
  ) {
    this.sequence = sequence;
    this.key = key;
    this.#suspicion = suspicion;
    this.#count = count;
    this.#surroundings = surroundings;
  }

  /** An entry of which no attempt is on record. */
  static ofEntry(entry: Entry, surroundings: DeliverySurroundings, suspicion?: Suspicion): Delivery {
    const { sequence, key } = entry;
    const delivery = new Delivery({ sequence, key, suspicion }, new AttemptCount(), surroundings);
    delivery.#entry = entry;
    return delivery;
  }

  /** An entry that is on record as one to be tried again: the attempts go on from there. */
  static ofRetrying(outcome: Retrying, surroundings: DeliverySurroundings, suspicion?: Suspicion): Delivery {
    const { attempts, attemptsCounted } = outcome;
    const count = new AttemptCount(attempts, attemptsCounted);
    const delivery = new Delivery({ ...outcome, suspicion }, count, surroundings);
    delivery.#nextAttemptAt = outcome.nextAttemptAt;
    return delivery;
  }

  /** Whether it has been sent, in this life or before. */
  get wasTried(): boolean {
    return this.#count.attempts > 0;
  }

  /** The trace that its entry came with, as far as that has been read. */
  get traceId(): string | undefined {
    return traceIdOf(this.#entry);
  }

  /**
   * Begins when `turn` resolves, if there is one. Resolves with the final outcome, which is not on record yet.
   * @throws what `end` was given, or what the journal threw
   */
  async run(turn?: Promise<void>): Promise<Confirmed | Parked> {
    if (turn !== undefined) await this.#untilTurn(turn);
    if (this.#nextAttemptAt !== undefined) await this.#sleepUntil(this.#nextAttemptAt);
    return pRetry(() => this.#attempt(), {
      ...retryForever,
      onFailedAttempt: (failure) => this.#waitForNextAttempt(failure),
    });
  }

  /** The entry's; undefined while it has not been read. */
  get id(): string | undefined {
    return this.#entry?.id;
  }

  /** A person gave it up while it was in memory. */
  get isWithdrawn(): boolean {
    return this.#ended instanceof WithdrawnError;
  }

  /** Makes no further attempt: `run` throws `error`, unless an attempt under way brings a final answer. */
  end(error: OutboxError): void {
    this.#ended ??= error;
    this.#endBeforeTurn?.(error);
    this.#sleep?.abort(error);
  }

  /** @throws AttemptFailedError if there is to be another attempt */
  async #attempt(): Promise<Confirmed | Parked> {
    const { options, readEntry, tally } = this.#surroundings;
    this.#entry ??= await readEntry(this.sequence);
    const mustAsk = this.#suspicion !== undefined && options.verifyUrl !== undefined; // 3
    const asked = mustAsk ? await this.#ask(this.#entry) : undefined;
    if (asked?.status === 'held') {
      tally.savedRepeat();
      return this.#confirmed();
    }
    const answer = asked?.status === 'sent' ? asked.answer : await this.#send(this.#entry); // 2
    const meaning = classifyAnswer(answer);
    tally.attempted(resultOf(answer, meaning));
    switch (meaning) {
      case 'confirmed':
        this.#count.finished();
        if (answer.kind === 'status' && answer.duplicate) tally.repeated(this.#suspicion);
        return this.#confirmed();
      case 'refused':
        this.#count.finished();
        return this.#parked(describeAnswer(answer));
      default:
        return this.#failed(answer);
    }
  }

  #send(entry: Entry): Promise<Answer> {
    if (this.#ended !== undefined) throw this.#ended;
    // What failed while others succeeded is suspect; in a batch it might fail its neighbours too (O11).
    return this.#surroundings.sender.send(entry, this.#alone || this.#count.counted > 0);
  }

  /** @throws AttemptFailedError if the question is to be put again later */
  async #ask(entry: Entry): Promise<Exclude<Asked, { status: 'no-answer' }>> {
    const { sender, tally } = this.#surroundings;
    if (this.#ended !== undefined) throw this.#ended;
    const asked = await sender.ask(entry);
    if (asked.status !== 'unasked') tally.checked(asked.status === 'sent' ? 'no-answer' : asked.status);
    if (asked.status === 'not-held') this.#suspicion = undefined;
    if (asked.status === 'no-answer') throw this.#again(asked.answer, describeNoHolding(asked.answer));
    return asked;
  }

  #confirmed(): Confirmed {
    this.#surroundings.tally.confirmed();
    return { state: 'confirmed', ...this.#outcome() };
  }

  #parked(error: string): Parked {
    this.#surroundings.tally.parked();
    return { state: 'parked', ...this.#outcome(), error };
  }

  #failed(answer: Answer): Parked {
    const { options, history } = this.#surroundings;
    this.#count.failed(history);
    if (mayHaveBeenApplied(answer)) this.#suspicion = 'other';
    // In another batch it would fare the same; alone, a yes is enough (O11).
    if (answer.kind === 'none' && answer.unread) this.#alone = true;
    const error = describeAnswer(answer);
    if (this.#count.counted < options.attemptsMax) throw this.#again(answer, error);
    return this.#parked(`gave up after ${this.#count.attempts} attempts: ${error}`);
  }

  #again(answer: Answer, error: string): AttemptFailedError {
    const { options, random } = this.#surroundings;
    const outcome = this.#outcome();
    const retryAfterMs = answer.kind === 'status' ? answer.retryAfterMs : undefined;
    const delayMs = retryDelayMs(options, this.#count.amongSuccesses, retryAfterMs, random);
    const nextAttemptAt = Math.ceil(outcome.at + delayMs) as EpochMs;
    return new AttemptFailedError({ state: 'retrying', ...outcome, nextAttemptAt, error });
  }

  async #waitForNextAttempt({ error }: RetryContext): Promise<void> {
    // Whatever else was thrown ends the delivery: thrown here, it is what p-retry rejects with.
    if (!(error instanceof AttemptFailedError)) throw error;
    await this.#surroundings.record(error.outcome); // 1
    this.#surroundings.onRetryingRecorded(this.sequence);
    await this.#sleepUntil(error.outcome.nextAttemptAt);
  }

  #untilTurn(turn: Promise<void>): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#endBeforeTurn = reject;
      void turn.then(resolve);
    });
  }

  async #sleepUntil(time: EpochMs): Promise<void> {
    if (this.#ended !== undefined) throw this.#ended;
    const { clock, options } = this.#surroundings;
    // A wall clock may be set back between two starts; no entry sleeps longer for it than the policy could have said.
    const ms = Math.min(time - clock.now(), retryDelayMsLimit(options));
    if (ms <= 0) return;
    this.#sleep = new AbortController();
    await clock.sleep(ms, this.#sleep.signal);
    this.#sleep = undefined;
  }

  #outcome(): { sequence: Sequence; attempts: number; attemptsCounted: number; at: EpochMs; key?: string } {
    const { sequence, key } = this;
    const { attempts, counted } = this.#count;
    const at = this.#surroundings.clock.now();
    return { sequence, attempts, attemptsCounted: counted, at, ...(key !== undefined && { key }) };
  }
}

function resultOf(answer: Answer, meaning: Meaning): AttemptResult {
  if (meaning !== 'again') return meaning;
  return answer.kind === 'none' ? 'no-answer' : 'failed';
}
