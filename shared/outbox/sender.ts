import type { Circuit, CircuitEpoch } from './circuit.js';
import { describeAnswerStatus, describeNoHolding } from './describe-answer.js';
import { BrokenTransportError, type OutboxError, StoppedError } from './errors.js';
import type { RateLimit } from './rate-limit.js';
import { reportAnswers, type RequestResult } from './report-answers.js';
import { type Asked, type Pending, type Question, RequestQueue, type Waiting } from './request-queue.js';
import type { Answer, Clock, DestinationOptions, Entry, Sequence, Transport } from './types.js';
import type { Verification } from './verification.js';
import { withinTime } from './within-time.js';

export type SenderOptions = Pick<DestinationOptions, 'batchMax' | 'batchBytesMax'>;

export interface SenderSurroundings {
  readonly transport: Transport;
  readonly circuit: Circuit;
  readonly rate: RateLimit;
  readonly verification: Verification;
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
 * 7. A question takes a slot like a delivery, and the two take turns, so that neither waits for the end of the other. It concerns
 *    one entry, and splits no batch. A probe whose question has no answer is sent at once: somebody must find out whether the
 *    destination takes deliveries.
 * 8. Every request, a question too, is within the lane's rate; each entry of a batch counts.
 */
export class Sender {
  readonly #options: SenderOptions;
  readonly #transport: Transport;
  readonly #circuit: Circuit;
  readonly #rate: RateLimit;
  readonly #verification: Verification;
  readonly #clock: Clock;
  readonly #queue: RequestQueue;
  readonly #underWay = new Set<readonly Pending[]>();
  #entriesUnderWay = 0;
  #lastError: string | null = null;
  #paused = false;
  #halted = false;
  #pumpScheduled = false;
  #onIdle: (() => void) | undefined;

  constructor(options: SenderOptions, { transport, circuit, rate, verification, clock }: SenderSurroundings) {
    this.#options = options;
    this.#queue = new RequestQueue(options);
    this.#transport = transport;
    this.#circuit = circuit;
    this.#rate = rate;
    this.#verification = verification;
    this.#clock = clock;
  }

  /** Entries that are part of a request under way. */
  get inFlight(): number {
    return this.#entriesUnderWay;
  }
  /** What wants to be sent, or asked about, as soon as it may. */
  get waiting(): number {
    return this.#queue.length;
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

  /**
   * Asks whether the destination has an entry, before it is sent again.
   *
   * @throws StoppedError or what `withdraw` was given
   */
  ask(entry: Entry): Promise<Asked> {
    return new Promise((resolve, reject) => {
      if (this.#halted) {
        reject(new StoppedError());
        return;
      }
      this.#queue.pushQuestion({ entry, resolve, reject });
      this.pumpSoon();
    });
  }

  /** Takes an entry out of the queue. One that is under way stays there: its answer comes, and it is sent no more after that. */
  withdraw(sequence: Sequence, error: OutboxError): void {
    this.#queue.remove(sequence)?.reject(error);
    for (const group of this.#underWay) {
      for (const each of group) if (each.entry.sequence === sequence) each.withdrawn = error;
    }
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
    while (this.#queue.length > 0 && this.#maySend()) {
      const admitted = this.#rate.admits(); // 8
      if (admitted === 0) return;
      const question = this.#queue.takeQuestion(() => this.#verification.asks()); // 7
      if (question !== undefined) {
        this.#rate.sent(1);
        void this.#putQuestion(question);
        continue;
      }
      const group = this.#queue.takeGroup(this.#isProbing() ? 1 : Math.min(admitted, this.#options.batchMax)); // 3
      // Those that waited were questions, and were told that they are not put.
      if (group.length === 0) return;
      this.#rate.sent(group.length);
      void this.#sendGroup(group);
    }
  }

  #isProbing(): boolean {
    return this.#circuit.state === 'half-open';
  }

  #maySend(): boolean {
    return !this.#paused && !this.#halted && this.#circuit.admits(this.#underWay.size);
  }

  #sendGroup(group: readonly Waiting[]): Promise<void> {
    return this.#inSlot(group, async (epoch) => {
      const answers = await this.#transmit(group.map(({ entry }) => entry));
      const { refused } = this.#report(epoch, answers); // 5
      if (group.length > 1 && refused === group.length)
        this.#splitUp(group); // 4
      else answers.forEach((answer, index) => group[index]?.resolve(answer));
    });
  }

  #putQuestion(question: Question): Promise<void> {
    const probing = this.#isProbing();
    return this.#inSlot([question], async (epoch) => {
      question.resolve(await this.#askOrSend(question, epoch, probing));
    });
  }

  async #askOrSend(question: Question, epoch: CircuitEpoch, probing: boolean): Promise<Asked> {
    const { entry } = question;
    const holding = await this.#transport.holds(entry);
    if (holding.status !== 'no-answer') {
      this.#verification.answered();
      this.#circuit.toldNothing(epoch);
      return holding;
    }
    const { answer } = holding;
    const reason = describeAnswerStatus(answer);
    this.#lastError = describeNoHolding(answer);
    if ((probing || this.#verification.isDoubted) && this.#maySendAfter(question)) {
      this.#rate.sent(1); // 8. It waits for no token: a probe must find out now. What comes after it does.
      const answers = await this.#transmit([entry]); // 7
      this.#verification.sentUnanswered(this.#report(epoch, answers).alive, reason);
      return { status: 'sent', answer: answers[0] ?? answer };
    }
    this.#verification.unanswered(this.#circuit.successes, reason);
    this.#circuit.failed(epoch, reason, answer.kind === 'status' ? answer.retryAfterMs : undefined);
    return holding;
  }

  /** What was so when the question was put may have changed while it was under way. */
  #maySendAfter({ withdrawn }: Question): boolean {
    return withdrawn === undefined && !this.#paused && !this.#halted;
  }

  /** Runs one exchange with the destination. Never rejects: what goes wrong goes to those who wait. */
  async #inSlot(group: readonly Pending[], exchange: (epoch: CircuitEpoch) => Promise<void>): Promise<void> {
    const epoch = this.#circuit.sent();
    this.#underWay.add(group);
    this.#entriesUnderWay += group.length;
    try {
      await exchange(epoch);
    } catch (error) {
      for (const { reject } of group) reject(error);
    } finally {
      this.#underWay.delete(group);
      this.#entriesUnderWay -= group.length;
      if (this.#underWay.size === 0) this.#onIdle?.();
      this.pumpSoon();
    }
  }

  async #transmit(entries: readonly Entry[]): Promise<Answer[]> {
    const answers = await this.#transport.send(entries);
    if (answers.length === entries.length) return answers;
    throw new BrokenTransportError(`${answers.length} answers for ${entries.length} entries`);
  }

  #report(epoch: CircuitEpoch, answers: readonly Answer[]): RequestResult {
    const result = reportAnswers(this.#circuit, epoch, answers);
    if (result.error !== undefined) this.#lastError = result.error;
    return result;
  }

  #splitUp(group: readonly Waiting[]): void {
    for (const waiting of group) {
      waiting.alone = true;
      const ended = this.#halted ? new StoppedError() : waiting.withdrawn;
      if (ended !== undefined) waiting.reject(ended);
      else this.#queue.push(waiting);
    }
  }
}
