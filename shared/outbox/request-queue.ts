import { batchBytes } from './batch-request.js';
import type { OutboxError } from './errors.js';
import { Fifo } from './fifo.js';
import type { Answer, DestinationOptions, Entry, Holding, Sequence } from './types.js';

/** Who waits for something that is to be asked of the destination about one entry. */
export interface Pending {
  readonly entry: Entry;
  /** Set when a person gave it up while it was under way: it is not to be sent once more. */
  withdrawn?: OutboxError;
  readonly reject: (error: unknown) => void;
}

/** One entry that wants to be sent. */
export interface Waiting extends Pending {
  /** Not to share a request with others. */
  alone: boolean;
  readonly resolve: (answer: Answer) => void;
}

/** One entry that is to be asked about. */
export interface Question extends Pending {
  readonly resolve: (asked: Asked) => void;
}

/** What came of a question whether the destination has an entry. */
export type Asked =
  | Holding
  /** It was not put: questions are not answered there, and the entry is to be sent. */
  | { readonly status: 'unasked' }
  /** It had no answer, and the entry was sent all the same, with this one. */
  | { readonly status: 'sent'; readonly answer: Answer };

/**
 * What one lane wants of its destination next.
 *
 * 1. First come, first served.
 * 2. Questions and deliveries take turns while there are both, so that neither waits for the end of the other.
 * 3. A request takes as many entries as may share it, of those that wait, and waits for none to come (O11).
 *
 * It needs no bound of its own: it holds entries that the lane holds, each at most once.
 */
export class RequestQueue {
  readonly #options: Pick<DestinationOptions, 'batchBytesMax'>;
  readonly #deliveries = new Fifo<Waiting>();
  readonly #questions = new Fifo<Question>();
  #askedLast = false;

  constructor(options: Pick<DestinationOptions, 'batchBytesMax'>) {
    this.#options = options;
  }

  get length(): number {
    return this.#deliveries.length + this.#questions.length;
  }

  push(waiting: Waiting): void {
    this.#deliveries.push(waiting);
  }

  pushQuestion(question: Question): void {
    this.#questions.push(question);
  }

  remove(sequence: Sequence): Pending | undefined {
    const isIt = ({ entry }: Pending) => entry.sequence === sequence;
    return this.#deliveries.remove(isIt) ?? this.#questions.remove(isIt);
  }

  drain(): Pending[] {
    return [...this.#deliveries.drain(), ...this.#questions.drain()];
  }

  /** The question whose turn it is (2). While `asks` says no, those that wait are told that they were not put. */
  takeQuestion(asks: () => boolean): Question | undefined {
    if (this.#askedLast && this.#deliveries.length > 0) {
      this.#askedLast = false;
      return undefined;
    }
    for (let next = this.#questions.shift(); next !== undefined; next = this.#questions.shift()) {
      if (asks()) {
        this.#askedLast = true;
        return next;
      }
      next.resolve({ status: 'unasked' });
    }
    return undefined;
  }

  /** The entries of the next request (3), at most `groupMax`; empty if none waits. */
  takeGroup(groupMax: number): Waiting[] {
    const queue = this.#deliveries;
    const group: Waiting[] = [];
    let bytes = 0;
    for (let next = queue.peek(); next !== undefined && group.length < groupMax; next = queue.peek()) {
      bytes += next.entry.body.length;
      if (group.length > 0 && (next.alone || batchBytes(group.length + 1, bytes) > this.#options.batchBytesMax)) break;
      group.push(next);
      queue.shift();
      if (next.alone) break;
    }
    return group;
  }
}
