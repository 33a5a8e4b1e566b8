import type { DestinationHistory } from './attempt-count.js';
import { observedRetryAfterMs } from './retry-policy.js';
import type { CircuitState, CircuitStatus } from './operation.js';
import type { Clock, DestinationOptions, EpochMs, OutboxLog } from './types.js';

export type CircuitOptions = Pick<
  DestinationOptions,
  'name' | 'inFlightMax' | 'circuitFailuresMax' | 'circuitDelayMsMin' | 'circuitDelayMsMax' | 'retryAfterMsMax'
>;

export interface CircuitSurroundings {
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: OutboxLog;
  /** Called when the circuit lets requests through again after it had not. */
  readonly onAdmitting: () => void;
}

/** Marks a request with the circuit's opening it was sent after. */
export type CircuitEpoch = number & { readonly __brand: 'CircuitEpoch' };

/**
 * Spares a destination that fails for everyone (O7).
 *
 * - **closed**: entered at the start, with all slots, and from half-open, with one slot; each answer that shows the
 *   destination alive doubles the slots up to `inFlightMax`, so that a destination which has just come back is not run over.
 *   Left for open by `circuitFailuresMax` failures in a row, or one answer that speaks of the destination (401, 404 …).
 * - **open**: nothing is sent. Left for half-open by time alone: the delay doubles with each opening since the circuit was
 *   last closed, with equal jitter (at least half of it), and is at least the observed `Retry-After`.
 * - **half-open**: one request at a time, the probe. Alive: closed. Told nothing: another one. Anything else: open again.
 *
 * Answers to requests sent before the latest opening change no state: they tell of an earlier time. They do count as
 * successes. Changes are logged once each; a circuit that opens again after a probe has not changed for people.
 */
export class Circuit implements DestinationHistory {
  #state: CircuitState = 'closed';
  #successes = 0;
  #openings = 0;
  #failuresInRow = 0;
  #openingsInRow = 0;
  #slots: number;
  #probing = false;
  #misdirected = false;
  #reason: string | null = null;
  #since: EpochMs | null = null;
  #nextProbeAt: EpochMs | null = null;
  #cancelProbe: (() => void) | undefined;
  #stopped = false;
  readonly #options: CircuitOptions;
  readonly #surroundings: CircuitSurroundings;

  constructor(options: CircuitOptions, surroundings: CircuitSurroundings) {
    this.#options = options;
    this.#surroundings = surroundings;
    this.#slots = options.inFlightMax;
  }

  get state(): CircuitState {
    return this.#state;
  }
  /** What the log was told of the last change, for whoever comes later. */
  get status(): CircuitStatus {
    return { circuitReason: this.#reason, circuitSince: this.#since, nextProbeAt: this.#nextProbeAt };
  }
  get successes(): number {
    return this.#successes;
  }
  get openings(): number {
    return this.#openings;
  }

  /** Whether one more request may be sent while `requests` are under way. */
  admits(requests: number): boolean {
    if (this.#state === 'closed') return requests < this.#slots;
    return this.#state === 'half-open' && !this.#probing;
  }

  /** Takes note of a request that is being sent; its answer must come back with what this returns. */
  sent(): CircuitEpoch {
    if (this.#state === 'half-open') this.#probing = true;
    return this.#openings as CircuitEpoch;
  }

  /** An answer showed the destination alive and confirmed so many entries (none, if it refused what was sent). */
  alive(epoch: CircuitEpoch, confirmed: number): void {
    this.#successes += confirmed;
    if (this.#isStale(epoch)) return;
    this.#failuresInRow = 0;
    if (this.#state === 'half-open') this.#close();
    else this.#slots = Math.min(this.#slots * 2, this.#options.inFlightMax);
  }

  /** A request failed in a way that may be anybody's fault. */
  failed(epoch: CircuitEpoch, reason: string, retryAfterMs: number | undefined): void {
    if (this.#isStale(epoch)) return;
    this.#failuresInRow += 1;
    if (this.#state === 'closed' && this.#failuresInRow < this.#options.circuitFailuresMax) return;
    this.#open(reason, retryAfterMs, false);
  }

  /** The destination said that it is not the one, or that we are not welcome: no entry would fare better. */
  misdirected(epoch: CircuitEpoch, reason: string, retryAfterMs: number | undefined): void {
    if (this.#isStale(epoch)) return;
    this.#open(reason, retryAfterMs, true);
  }

  /**
   * The destination answered, but nothing that shows whether it takes deliveries: it said what it has. That is no sign of life,
   * or a destination that can be read and not written would never be spared.
   */
  toldNothing(epoch: CircuitEpoch): void {
    if (!this.#isStale(epoch)) this.#probing = false;
  }

  /** No probe comes any more, whatever the answers that are still to come say. For the end of the lane. */
  stop(): void {
    this.#stopped = true;
    this.#cancelProbe?.();
    this.#cancelProbe = undefined;
  }

  #isStale(epoch: CircuitEpoch): boolean {
    return epoch !== this.#openings;
  }

  #open(reason: string, retryAfterMs: number | undefined, misdirected: boolean): void {
    this.#tellOpening(reason, misdirected);
    this.#state = 'open';
    this.#probing = false;
    this.#openings += 1;
    this.#openingsInRow += 1;
    if (this.#stopped) return;
    const delayMs = Math.max(this.#probeDelayMs(), observedRetryAfterMs(this.#options, retryAfterMs));
    const { clock } = this.#surroundings;
    this.#nextProbeAt = Math.ceil(clock.now() + delayMs) as EpochMs;
    this.#cancelProbe = clock.after(delayMs, () => {
      this.#cancelProbe = undefined;
      this.#nextProbeAt = null;
      this.#state = 'half-open';
      this.#surroundings.onAdmitting();
    });
  }

  #probeDelayMs(): number {
    const { circuitDelayMsMin, circuitDelayMsMax } = this.#options;
    const ceiling = Math.min(circuitDelayMsMax, circuitDelayMsMin * 2 ** (this.#openingsInRow - 1));
    return ceiling * (0.5 + this.#surroundings.random() / 2);
  }

  #close(): void {
    this.#state = 'closed';
    this.#probing = false;
    this.#misdirected = false;
    this.#reason = null;
    this.#since = null;
    this.#openingsInRow = 0;
    this.#slots = 1;
    this.#surroundings.log.info({ destination: this.#options.name }, 'destination answers again: circuit closed');
  }

  /** Before the state changes. */
  #tellOpening(reason: string, misdirected: boolean): void {
    const { clock, log } = this.#surroundings;
    const fields = { destination: this.#options.name, reason };
    const wasClosed = this.#state === 'closed';
    if (wasClosed) this.#since = clock.now();
    this.#reason = reason;
    // An outage that turns into a refusal of us while the circuit is open is news as well, another failed probe is not.
    const turned = misdirected && !this.#misdirected;
    if (!wasClosed && !turned) return;
    this.#misdirected = misdirected;
    // Loud where only a person can mend it.
    if (misdirected) log.error(fields, 'destination refuses us: check its URL and secrets; entries are kept');
    else log.warn(fields, 'destination fails for everyone: circuit opened, entries are kept');
  }
}
