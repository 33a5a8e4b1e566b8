import type { Lane } from './lane.js';
import type { Done, NotRedelivered, RedeliveredMany, Refusal, Refused, RetriedMany } from './operation.js';
import type { AskedByPerson, Clock, Confirmed, DeliveryJournal, Outcome, Retrying, Sequence } from './types.js';

/** Parked entries taken up by one settle. */
const PARKED_PAGE = 256;

/** What stands in place of an error until the first attempt of an entry that is delivered again. */
const WANTED_AGAIN = 'a person asked for it again';

const DONE: Done = Object.freeze({ status: 'done' });

/** What an entry takes along when it is tried again. */
type TriedAgain = Pick<Retrying, 'sequence' | 'attempts' | 'key' | 'error'>;

/**
 * What a person may ask of a lane. Each is durable in the journal first and takes effect in the lane after that, so a crash in
 * between is as if it had just been asked for.
 *
 * 1. Two commands for one entry do not run at the same time, and none runs for an entry whose own outcome is being recorded:
 *    an entry never has two deliveries.
 * 2. What is taken up, also because a discard released it, fits into the lane's bounds (O3).
 * 3. What is delivered again is out of every line: those of its key that came after it have long been let go.
 */
export class LaneCommands {
  readonly #lane: Lane;
  readonly #journal: DeliveryJournal;
  readonly #clock: Clock;
  readonly #busy = new Set<Sequence>();

  constructor(lane: Lane, journal: DeliveryJournal, clock: Clock) {
    this.#lane = lane;
    this.#journal = journal;
    this.#clock = clock;
  }

  /** Tries a parked entry again: its attempts stay on record, those that count start anew. */
  retry(sequence: Sequence, why: string | undefined): Promise<Done | Refused> {
    return this.#exclusively(sequence, async (outcome) => {
      if (outcome.state !== 'parked') return refused('not-parked');
      if (this.#lane.holds(sequence)) return refused('busy'); // 1
      return (await this.#takeUp([outcome], { what: 'retry', why })) === 1 ? DONE : refused('too-many-retrying');
    });
  }

  /** Tries all that are parked again, page by page, until the lane is full. */
  async retryParked(why: string | undefined): Promise<RetriedMany | Refused> {
    if (this.#lane.isHalted()) return refused('stopped');
    let retried = 0;
    let after = 0 as Sequence;
    for (;;) {
      const page = await this.#journal.parked(this.#lane.options.name, after, PARKED_PAGE);
      const last = page.at(-1);
      if (last === undefined) return { status: 'done', retried, more: false };
      after = last.sequence;
      const free = page.filter(({ sequence }) => !this.#busy.has(sequence) && !this.#lane.holds(sequence)); // 1
      for (const { sequence } of free) this.#busy.add(sequence);
      try {
        const taken = await this.#takeUp(free, { what: 'retry', why });
        retried += taken;
        // During a stop what is on record is taken up after the next start; the rest is left for a person to ask again.
        if (taken < free.length || this.#lane.isHalted()) return { status: 'done', retried, more: true };
      } finally {
        for (const { sequence } of free) this.#busy.delete(sequence);
      }
    }
  }

  /** Delivers confirmed entries again, the earliest first, until the lane is full. */
  async redeliver(sequences: readonly Sequence[], why: string): Promise<RedeliveredMany | Refused> {
    if (this.#lane.isHalted()) return refused('stopped');
    const asked = [...sequences].sort((a, b) => a - b);
    const reasons = new Map<Sequence, NotRedelivered>();
    for (const sequence of asked) if (this.#busy.has(sequence)) reasons.set(sequence, 'busy'); // 1
    const free = asked.filter((sequence) => !reasons.has(sequence));
    for (const sequence of free) this.#busy.add(sequence);
    try {
      const confirmed: Confirmed[] = [];
      for (const sequence of free) {
        const outcome = await this.#journal.outcome(this.#lane.options.name, sequence);
        if (outcome?.state === 'confirmed' && !this.#lane.holds(sequence)) confirmed.push(outcome);
        else reasons.set(sequence, whyNotAgain(outcome)); // 1
      }
      const again = confirmed.map(({ sequence, attempts }) => ({ sequence, attempts, error: WANTED_AGAIN })); // 3
      const taken = await this.#takeUp(again, { what: 'redeliver', why });
      for (const { sequence } of again.slice(taken)) reasons.set(sequence, 'no-room');
    } finally {
      for (const sequence of free) this.#busy.delete(sequence);
    }
    return {
      status: 'done',
      redelivered: asked.filter((sequence) => !reasons.has(sequence)),
      refused: [...reasons].map(([sequence, reason]) => ({ sequence, reason })).sort((a, b) => a.sequence - b.sequence),
    };
  }

  /** Gives up an entry that is parked, held, or waits to be tried again. One that is under way then may still arrive. */
  discard(sequence: Sequence, reason: string): Promise<Done | Refused> {
    return this.#exclusively(sequence, async (outcome) => {
      if (outcome.state === 'confirmed' || outcome.state === 'discarded') return refused('already-final');
      if (outcome.state !== 'parked') return this.#giveUp(outcome, reason);
      // It may have held back another, which needs a place then (2).
      const granted = this.#lane.reserveRoom(1);
      try {
        const isFull = granted === 0 && (await this.#journal.wouldRelease(this.#lane.options.name, sequence));
        return isFull ? refused('too-many-retrying') : await this.#giveUp(outcome, reason);
      } finally {
        this.#lane.releaseRoom(granted);
      }
    });
  }

  async #giveUp({ sequence, attempts, attemptsCounted }: Outcome, reason: string): Promise<Done | Refused> {
    const at = this.#clock.now();
    await this.#lane.record({ state: 'discarded', sequence, attempts, attemptsCounted, at, reason });
    // A confirmation that was recorded just before stands.
    const recorded = await this.#journal.outcome(this.#lane.options.name, sequence);
    if (recorded?.state !== 'discarded') return refused('already-final');
    this.#lane.withdraw(sequence);
    return DONE;
  }

  async #exclusively(sequence: Sequence, run: (outcome: Outcome) => Promise<Done | Refused>): Promise<Done | Refused> {
    if (this.#lane.isHalted()) return refused('stopped');
    if (this.#busy.has(sequence)) return refused('busy');
    this.#busy.add(sequence);
    try {
      const outcome = await this.#journal.outcome(this.#lane.options.name, sequence);
      return outcome === undefined ? refused('no-outcome') : await run(outcome);
    } finally {
      this.#busy.delete(sequence);
    }
  }

  /** Makes as many as there is room for retrying: on record, then in the lane. Returns how many. */
  async #takeUp(again: readonly TriedAgain[], asked: AskedByPerson): Promise<number> {
    const granted = this.#lane.reserveRoom(again.length); // 2
    try {
      const now = this.#clock.now();
      const retrying = again.slice(0, granted).map((outcome): Retrying => ({
        ...outcome,
        state: 'retrying',
        attemptsCounted: 0,
        at: now,
        nextAttemptAt: now,
        asked,
      }));
      await Promise.all(retrying.map((outcome) => this.#lane.record(outcome)));
      for (const outcome of retrying) this.#lane.takeUp(outcome);
    } finally {
      this.#lane.releaseRoom(granted);
    }
    return granted;
  }
}

/** Of one that is confirmed: the lane has it in hand. */
function whyNotAgain(outcome: Outcome | undefined): NotRedelivered {
  if (outcome === undefined) return 'no-outcome';
  if (outcome.state === 'confirmed') return 'busy';
  return outcome.state === 'held' ? 'pending' : outcome.state;
}

function refused(reason: Refusal): Refused {
  return { status: 'refused', reason };
}
