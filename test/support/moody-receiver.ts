import type { Answer, Entry, Holding, Sequence } from '../../shared/outbox/types.js';
import type { MemoryStore } from './memory-journal.js';
import { none, ok, ScriptedTransport, type ScriptedRequest, status } from './scripted-transport.js';

/** What it says when it is asked what it has. */
export type Candour =
  /** The truth, each time. */
  | 'truthful'
  /** The truth or, of what it has, that it has it not: what it asks is a copy that lags. */
  | 'lagging'
  /** The truth, if anything. */
  | 'silent';

export interface MoodyReceiverOptions {
  readonly name: string;
  readonly store: MemoryStore;
  readonly random: () => number;
  readonly now: () => number;
  readonly candour: Candour;
  readonly ordered: boolean;
  readonly inFlightMax: number;
  readonly ratePerSecondMax: number;
}

/**
 * A destination that says yes, no or nothing at random, or hangs, and applies what it is sent by its id. It notes all that a lane
 * must not do to it. What it applies it has when the request has arrived, whatever its answer says.
 */
export class MoodyReceiver {
  /** What went wrong. */
  readonly broken: string[] = [];
  /** Entries that a person wanted to be sent again, without a question. */
  readonly wanted = new Set<Sequence>();
  /** Entries that a person gave up, and heard that they are. */
  readonly givenUp = new Set<Sequence>();
  readonly applied = new Set<Sequence>();
  /** Entries that it had, and lost: they come beside the line of their key, if they come again. */
  readonly #lost = new Set<Sequence>();
  healthy = false;
  readonly #options: MoodyReceiverOptions;
  readonly #lastApplied = new Map<string, Sequence>();
  readonly #outstanding = new Map<string, Sequence>();
  /** Answers that are kept back, of requests that hang. */
  readonly #keptBack = new WeakMap<readonly Entry[], readonly Answer[]>();
  #questions: (() => void)[] = [];
  #underWay = 0;
  #tokens = 1;
  #filledAt: number;

  constructor(options: MoodyReceiverOptions) {
    this.#options = options;
    this.#filledAt = options.now();
  }

  /** A transport to it. What was under way on an earlier one was cut. */
  connect(): ScriptedTransport {
    this.#outstanding.clear();
    this.#questions = [];
    this.#underWay = 0;
    this.#tokens = 1;
    const transport = new ScriptedTransport((entries) => {
      this.#begin(entries.length);
      for (const entry of entries) this.#arrive(entry);
      const answers = this.#answersTo(entries);
      if (this.#maybe(0.15)) {
        this.#keptBack.set(entries, answers);
        return undefined;
      }
      this.#end(entries);
      return answers;
    });
    transport.onHolds = (entry) => this.#holds(entry);
    return transport;
  }

  /** Answers a request that hangs, or tells that it was cut. */
  answer(request: ScriptedRequest): void {
    const answers = this.#keptBack.get(request.entries) ?? [];
    this.#end(request.entries);
    request.answer(...(this.#maybe(0.5) ? [none('no answer within 5000 ms')] : answers));
  }

  /** Forgets an entry that it has, as if an older copy of its books had been put back. */
  lose(sequence: Sequence): void {
    this.applied.delete(sequence);
    this.#lost.add(sequence);
  }

  /** Cuts the questions that hang. */
  cutQuestions(): void {
    const hanging = this.#questions;
    this.#questions = [];
    for (const cut of hanging) cut();
  }

  #holds({ sequence }: Entry): Promise<Holding> {
    const { candour } = this.#options;
    this.#begin(1);
    if (candour === 'silent' && this.#maybe(0.3)) {
      return new Promise((resolve) => {
        this.#questions.push(() => {
          this.#underWay -= 1;
          resolve({ status: 'no-answer', answer: none('no answer within 5000 ms') });
        });
      });
    }
    this.#underWay -= 1;
    if (candour === 'silent' && this.#maybe(0.5)) return Promise.resolve({ status: 'no-answer', answer: status(503) });
    const lags = candour === 'lagging' && this.#maybe(0.5);
    return Promise.resolve({ status: this.applied.has(sequence) && !lags ? 'held' : 'not-held' });
  }

  #answersTo(entries: readonly Entry[]): readonly Answer[] {
    // As a whole, a batch is refused or not taken now.
    const whole = entries.length > 1 ? this.#luck() : 0;
    if (whole > 0.95) return entries.map(() => status(413));
    if (whole > 0.9) return entries.map(() => status(429, '', 700));
    return entries.map((entry) => this.#answerTo(entry));
  }

  #answerTo({ sequence, key }: Entry): Answer {
    const luck = this.#luck();
    const had = this.applied.has(sequence);
    if (luck > 0.97) return status(404);
    if (luck > 0.9) return had ? ok : status(422, 'no such SKU');
    if (luck > 0.85) return status(429, '', 300);
    // Whoever gives none, or a 5xx, may have applied it.
    if (luck < 0.6 || this.#options.random() < 0.4) this.#apply(sequence, key);
    if (luck < 0.6) return had ? { ...(ok as Answer & { kind: 'status' }), duplicate: true } : ok;
    return luck < 0.75 ? status(503) : none();
  }

  #arrive({ key, sequence }: Entry): void {
    const { name, store, candour, ordered } = this.#options;
    const state = store.outcome(name, sequence)?.state;
    if (state === 'confirmed' || state === 'parked') this.broken.push(`${sequence} was sent when it was ${state}`);
    if (this.givenUp.has(sequence)) this.broken.push(`${sequence} was sent after it had been given up`);
    if (candour === 'truthful' && this.applied.has(sequence) && !this.wanted.has(sequence)) {
      this.broken.push(`${sequence} was sent again, though asking would have told that it is there`);
    }
    if (ordered && !this.#lost.has(sequence)) this.#arriveInOrder(key, sequence);
  }

  #arriveInOrder(key: string, sequence: Sequence): void {
    const { name, store } = this.#options;
    const other = this.#outstanding.get(key);
    if (other !== undefined) this.broken.push(`${sequence} was sent while ${other} of ${key} was under way`);
    this.#outstanding.set(key, sequence);
    for (let earlier = 1; earlier < sequence; earlier += 1) {
      if (store.entry(earlier).key !== key || this.#lost.has(earlier as Sequence)) continue;
      const state = store.outcome(name, earlier)?.state;
      if (state === 'confirmed' || state === 'discarded') continue;
      this.broken.push(`${sequence} was sent while ${earlier} of ${key} was ${state ?? 'pending'}`);
    }
  }

  #apply(sequence: Sequence, key: string): void {
    if (this.applied.has(sequence)) return;
    this.applied.add(sequence);
    if (this.#lost.has(sequence)) return;
    const last = this.#lastApplied.get(key) ?? 0;
    if (this.#options.ordered && last > sequence) this.broken.push(`${sequence} was applied after ${last} of ${key}`);
    this.#lastApplied.set(key, sequence);
  }

  /** Something arrives: is it within the number of requests, and within the rate? */
  #begin(entries: number): void {
    const { inFlightMax, ratePerSecondMax, now } = this.#options;
    this.#underWay += 1;
    if (this.#underWay > inFlightMax) this.broken.push(`${this.#underWay} requests at a time`);
    if (ratePerSecondMax === Infinity) return;
    const burst = Math.max(1, ratePerSecondMax / 10);
    this.#tokens = Math.min(burst, this.#tokens + ((now() - this.#filledAt) * ratePerSecondMax) / 1000) - entries;
    this.#filledAt = now();
    // What was asked about in vain, as a probe or when that began to be doubted, is sent in its slot at once, and made up for.
    if (this.#tokens < -inFlightMax - 0.001) this.broken.push(`${-this.#tokens} entries above the rate`);
  }

  #end(entries: readonly Entry[]): void {
    this.#underWay -= 1;
    for (const { key, sequence } of entries) if (this.#outstanding.get(key) === sequence) this.#outstanding.delete(key);
  }

  #luck(): number {
    return this.healthy ? 0 : this.#options.random();
  }

  #maybe(chance: number): boolean {
    return !this.healthy && this.#options.random() < chance;
  }
}
