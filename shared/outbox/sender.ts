import { batchBytes } from './batch-request.js';
import type { Circuit, CircuitEpoch } from './circuit.js';
import { classifyAnswer } from './classify-answer.js';
import { describeAnswer, describeAnswerStatus } from './describe-answer.js';
import { BrokenTransportError, type OutboxError, StoppedError } from './errors.js';
import { Fifo } from './fifo.js';
import type { RateLimit } from './rate-limit.js';
import type { Answer, Clock, DestinationOptions, Entry, Sequence, Transport } from './types.js';
import { withinTime } from './within-time.js';

/** One entry that wants to be sent, and who waits for its answer. */
interface Waiting {
  readonly entry: Entry;
  /** Not to share a request with others. */
  alone: boolean;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

export type SenderOptions = Pick<DestinationOptions, 'batchMax' | 'batchBytesMax'>;

export interface SenderSurroundings {
  readonly transport: Transport;
  readonly circuit: Circuit;
  readonly rate: RateLimit;
  readonly clock: Clock;
}

/**
 * Sends what one lane wants sent: a queue in front of as many slots as the circuit allows.
 *
 * Owns the queue and the requests under way. Does not own what an answer leads to, only what it tells the circuit.
 *
 * 1. At most `inFlightMax` requests under way, and none that the circuit does not admit.
 * 2. First come, first served. An entry that failed comes back at the end, so one bad entry cannot be every probe.
 * 3. A request takes up to `batchMax` entries and `batchBytesMax` bytes of those that wait, and waits for none to come (O11).
 *    A probe takes one.
 * 4. A batch that is refused as a whole parks nobody: its entries are sent again, each alone, and each hears its own answer;
 *    only that one is an attempt of theirs.
 * 5. The circuit hears of an answer before those who wait for it do, so they count on what it knows (O7).
 * 6. Every entry handed in gets an answer or an error, also at the end.
 * 7. Every entry sent, the first time or again, is within the lane's rate.
 *
 * The queue needs no bound of its own: it holds entries that the lane holds, each at most once.
 */
export class Sender {
  readonly #options: SenderOptions;
  readonly #transport: Transport;
  readonly #circuit: Circuit;
  readonly #rate: RateLimit;
  readonly #clock: Clock;
  readonly #queue = new Fifo<Waiting>();
  readonly #underWay = new Set<readonly Waiting[]>();
  #entriesUnderWay = 0;
  #lastError: string | null = null;
  #paused = false;
  #halted = false;
  #pumpScheduled = false;
  #onIdle: (() => void) | undefined;

  constructor(options: SenderOptions, { transport, circuit, rate, clock }: SenderSurroundings) {
    this.#options = options;
    this.#transport = transport;
    this.#circuit = circuit;
    this.#rate = rate;
    this.#clock = clock;
  }

  /** Entries that are part of a request under way. */
  get inFlight(): number {
    return this.#entriesUnderWay;
  }
  /** The last answer that was not a yes, in words; null if there was none. */
  get lastError(): string | null {
    return this.#lastError;
  }

  /**
   * Resolves with the answer to one attempt.
   * @param alone keeps the entry out of batches
   * @throws StoppedError or what `withdraw` was given: then there was no attempt, or its answer is not known
   */
  send(entry: Entry, alone: boolean): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (this.#halted) {
        reject(new StoppedError());
        return;
      }
      this.#queue.push({ entry, alone, resolve, reject });
      this.pumpSoon();
    });
  }

  /** Takes an entry out of the queue. One that is under way stays: its answer comes. */
  withdraw(sequence: Sequence, error: OutboxError): void {
    this.#queue.remove(({ entry }) => entry.sequence === sequence)?.reject(error);
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    this.pumpSoon();
  }

  /** Sends what may be sent, once the work of this turn is done: what is handed in together goes together (3). */
  pumpSoon(): void {
    if (this.#pumpScheduled) return;
    this.#pumpScheduled = true;
    queueMicrotask(() => {
      this.#pumpScheduled = false;
      this.#pump();
    });
  }

  /** Sends no more; what is queued gets a StoppedError at once. */
  halt(): void {
    this.#halted = true;
    this.#circuit.stop();
    this.#rate.stop();
    for (const { reject } of this.#queue.drain()) reject(new StoppedError());
  }

  /** After `halt`: resolves when nothing is under way any more. What is after `deadlineMs` gets a StoppedError. Call once. */
  async finish(deadlineMs: number): Promise<void> {
    if (this.#underWay.size === 0) return;
    const idle = new Promise<void>((resolve) => {
      this.#onIdle = resolve;
    });
    if (await withinTime(idle, deadlineMs, this.#clock)) return;
    for (const group of this.#underWay) for (const { reject } of group) reject(new StoppedError());
  }

  #pump(): void {
    while (!this.#paused && !this.#halted && this.#queue.length > 0 && this.#circuit.admits(this.#underWay.size)) {
      const admitted = this.#rate.admits(); // 7
      if (admitted === 0) return;
      const group = this.#takeGroup(admitted);
      this.#rate.sent(group.length);
      void this.#sendGroup(group);
    }
  }

  #takeGroup(admitted: number): Waiting[] {
    const group: Waiting[] = [];
    const groupMax = this.#circuit.state === 'half-open' ? 1 : Math.min(admitted, this.#options.batchMax);
    let bytes = 0;
    for (let next = this.#queue.peek(); next !== undefined && group.length < groupMax; next = this.#queue.peek()) {
      bytes += next.entry.body.length;
      if (group.length > 0 && (next.alone || batchBytes(group.length + 1, bytes) > this.#options.batchBytesMax)) break;
      group.push(next);
      this.#queue.shift();
      if (next.alone) break;
    }
    return group;
  }

  /** Never rejects: what goes wrong goes to those who wait. */
  async #sendGroup(group: readonly Waiting[]): Promise<void> {
    const epoch = this.#circuit.sent();
    this.#underWay.add(group);
    this.#entriesUnderWay += group.length;
    try {
      const answers = await this.#transport.send(group.map(({ entry }) => entry));
      if (answers.length !== group.length) {
        throw new BrokenTransportError(`${answers.length} answers for ${group.length} entries`);
      }
      this.#distribute(group, epoch, answers);
    } catch (error) {
      for (const { reject } of group) reject(error);
    } finally {
      this.#underWay.delete(group);
      this.#entriesUnderWay -= group.length;
      if (this.#underWay.size === 0) this.#onIdle?.();
      this.pumpSoon();
    }
  }

  #distribute(group: readonly Waiting[], epoch: CircuitEpoch, answers: readonly Answer[]): void {
    const refused = this.#reportToCircuit(epoch, answers); // 5
    if (group.length > 1 && refused === group.length) {
      this.#splitUp(group); // 4
      return;
    }
    answers.forEach((answer, index) => group[index]?.resolve(answer));
  }

  /** Tells the circuit what the answers to one request say of the destination. Returns how many entries were refused. */
  #reportToCircuit(epoch: CircuitEpoch, answers: readonly Answer[]): number {
    let confirmed = 0;
    let refused = 0;
    let misdirected = false;
    let worst: Answer | undefined;
    let retryAfterMs: number | undefined;
    for (const answer of answers) {
      const meaning = classifyAnswer(answer);
      if (meaning === 'confirmed') {
        confirmed += 1;
        continue;
      }
      if (meaning === 'refused') refused += 1;
      if (meaning === 'misdirected') misdirected = true;
      worst = answer;
      if (answer.kind === 'status') retryAfterMs = longer(retryAfterMs, answer.retryAfterMs);
    }
    const reason = worst === undefined ? '' : describeAnswerStatus(worst);
    if (worst !== undefined) this.#lastError = describeAnswer(worst);
    if (confirmed + refused > 0) this.#circuit.alive(epoch, confirmed);
    else if (misdirected) this.#circuit.misdirected(epoch, reason, retryAfterMs);
    else this.#circuit.failed(epoch, reason, retryAfterMs);
    return refused;
  }

  #splitUp(group: readonly Waiting[]): void {
    for (const waiting of group) {
      waiting.alone = true;
      if (this.#halted) waiting.reject(new StoppedError());
      else this.#queue.push(waiting);
    }
  }
}

function longer(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? (one ?? other) : Math.max(one, other);
}
