import type { Delivery } from './delivery.js';
import type { DestinationOptions, Sequence } from './types.js';

/**
 * The entries in one lane's memory, and how many more there is room for.
 *
 * - **window**: read, nothing on record yet; with its delivery, or without one while it is just being recorded as held.
 * - **retrying**: on record as to be tried again.
 *
 * 1. The window has at most `windowMax` entries, and both together at most `retryingMax`, places set aside included, as far as
 *    those who ask for room take no more than that.
 */
export class LaneMemory {
  readonly #options: Pick<DestinationOptions, 'windowMax' | 'retryingMax'>;
  readonly #window = new Map<Sequence, Delivery | undefined>();
  readonly #retrying = new Map<Sequence, Delivery>();
  #reserved = 0;

  constructor(options: Pick<DestinationOptions, 'windowMax' | 'retryingMax'>) {
    this.#options = options;
  }

  get size(): number {
    return this.#window.size + this.#retrying.size;
  }

  get oldestInWindow(): Sequence | undefined {
    return this.#window.keys().next().value;
  }

  has(sequence: Sequence): boolean {
    return this.#window.has(sequence) || this.#retrying.has(sequence);
  }

  find(sequence: Sequence): Delivery | undefined {
    return this.#retrying.get(sequence) ?? this.#window.get(sequence);
  }

  *deliveries(): Iterable<Delivery> {
    for (const delivery of this.#window.values()) if (delivery !== undefined) yield delivery;
    yield* this.#retrying.values();
  }

  enterWindow(sequence: Sequence, delivery: Delivery | undefined): void {
    this.#window.set(sequence, delivery);
  }

  enterRetrying(delivery: Delivery): void {
    this.#retrying.set(delivery.sequence, delivery);
  }

  /** Returns whether it was in the window. */
  moveToRetrying(sequence: Sequence): boolean {
    const delivery = this.#window.get(sequence);
    if (delivery === undefined) return false;
    this.#window.delete(sequence);
    this.#retrying.set(sequence, delivery);
    return true;
  }

  leaveWindow(sequence: Sequence): void {
    this.#window.delete(sequence);
  }

  leave(sequence: Sequence): void {
    this.#window.delete(sequence);
    this.#retrying.delete(sequence);
  }

  /** How many entries may be read now (1). Single places are left to grow to a part worth a read. */
  readingRoom(): number {
    const { windowMax } = this.#options;
    const free = windowMax - this.#window.size;
    return free < windowMax / 4 ? 0 : Math.min(free, this.#room());
  }

  /** Sets up to `wanted` places aside, beside those that a read under way may need. Returns how many. */
  reserve(wanted: number, expected: number): number {
    const granted = Math.max(0, Math.min(wanted, this.#room() - expected));
    this.#reserved += granted;
    return granted;
  }

  release(granted: number): void {
    this.#reserved -= granted;
  }

  /**
   * Whether an entry waits for its first attempt, other than the newest: with purchases all the time there is always one. One that
   * was held and let go counts: behind it there may be as many as were read.
   */
  hasUntriedBut(newest: Sequence): boolean {
    for (const sequence of this.#window.keys()) if (sequence !== newest) return true;
    for (const delivery of this.#retrying.values()) if (!delivery.wasTried) return true;
    return false;
  }

  /** Places for entries, whether they are to be read or to be retried. May be below 0 after a restart. */
  #room(): number {
    return this.#options.retryingMax - this.size - this.#reserved;
  }
}
