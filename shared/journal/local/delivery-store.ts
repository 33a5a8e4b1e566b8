import type Database from 'better-sqlite3';

import type {
  DestinationProgress,
  Entry,
  EpochMs,
  LaneState,
  OrderedPage,
  Outcome,
  OutcomeState,
  Parked,
  Retrying,
  Sequence,
} from '../../outbox/types.js';
import { splitIntoAlike, type Alike } from './alike-outcomes.js';
import { DecisionStore, type NewDecision } from './decision-store.js';
import { describeBefore } from './describe-before.js';
import { HeldStore, isFinal } from './held-store.js';
import { RedeliveryStore, isRedelivery } from './redelivery-store.js';

interface DestinationRow {
  readonly number: number;
  readonly name: string;
  readonly startAfter: Sequence;
  readonly cursor: Sequence;
  readonly paused: number;
  readonly catchUpRate: number | null;
}

interface OutcomeRow {
  readonly sequence: Sequence;
  readonly state: OutcomeState;
  readonly attempts: number;
  readonly attemptsCounted: number;
  readonly at: EpochMs;
  readonly nextAttemptAt: EpochMs | null;
  readonly detail: string | null;
  readonly key: string | null;
}

type OutcomeBindings = [
  ...[
    destination: number,
    sequence: number,
    state: OutcomeState,
    attempts: number,
    attemptsCounted: number,
    at: number,
  ],
  ...[nextAttemptAt: number | null, detail: string | null, key: string | null],
];

type ConfirmedBindings = [
  destination: number,
  attempts: number,
  attemptsCounted: number,
  at: number,
  sequences: string,
];

/** A person decides on what was on record a moment ago; an attempt may have failed since, and stays counted. */
const inPlaceOfOpen = `
  ON CONFLICT (destination, sequence) DO UPDATE SET
    state = excluded.state, attempts_counted = excluded.attempts_counted,
    attempts = CASE excluded.state WHEN 'discarded' THEN max(attempts, excluded.attempts) ELSE excluded.attempts END,
    at = excluded.at, next_attempt_at = excluded.next_attempt_at, detail = excluded.detail,
    key = CASE WHEN excluded.state IN ('confirmed', 'discarded') THEN NULL ELSE coalesce(excluded.key, key) END
  WHERE state NOT IN ('confirmed', 'discarded')`;

const outcomeColumns =
  'sequence, state, attempts, attempts_counted AS attemptsCounted, at, next_attempt_at AS nextAttemptAt, detail, key';

/**
 * The worker's statements on outcomes, and on how far a destination is. Calls run inside the caller's transaction.
 *
 * Where a state is asked for, its index is named: SQLite prefers the primary key, and would read every confirmed delivery.
 */
export class DeliveryStore {
  readonly #destination;
  readonly #advance;
  readonly #record;
  readonly #confirm;
  readonly #outcome;
  readonly #sequencesAbove;
  readonly #firstRetrying;
  readonly #firstParked;
  readonly #retrying;
  readonly #parked;
  readonly #held;
  readonly #redeliveries;
  readonly #decisions: DecisionStore;

  constructor(database: Database.Database, decisions = new DecisionStore(database)) {
    this.#decisions = decisions;
    this.#held = new HeldStore(database);
    this.#redeliveries = new RedeliveryStore(database);
    this.#destination = database.prepare<[string], DestinationRow>(
      `SELECT number, name, start_after AS startAfter, cursor, paused, catch_up_rate AS catchUpRate
       FROM destinations WHERE name = ?`,
    );
    this.#advance = database.prepare<[number, number, number]>(
      'UPDATE destinations SET cursor = ?, finished = finished + ? WHERE number = ?',
    );
    this.#record = database.prepare<OutcomeBindings>(
      `INSERT INTO deliveries (destination, sequence, state, attempts, attempts_counted, at, next_attempt_at, detail, key)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ${inPlaceOfOpen}`,
    );
    this.#confirm = database.prepare<ConfirmedBindings>(
      `INSERT INTO deliveries (destination, sequence, state, attempts, attempts_counted, at)
       SELECT ?, value, 'confirmed', ?, ?, ? FROM json_each(?) WHERE true ${inPlaceOfOpen}`,
    );
    this.#outcome = database.prepare<[number, number], OutcomeRow>(
      `SELECT ${outcomeColumns} FROM deliveries WHERE destination = ? AND sequence = ?`,
    );
    this.#sequencesAbove = database
      .prepare<[number, number], Sequence>(
        'SELECT sequence FROM deliveries WHERE destination = ? AND sequence > ? ORDER BY sequence',
      )
      .pluck();
    const first = (state: 'retrying' | 'parked') =>
      database
        .prepare<[number], Sequence>(
          `SELECT sequence FROM deliveries WHERE destination = ? AND state = '${state}' ORDER BY sequence LIMIT 1`,
        )
        .pluck();
    this.#firstRetrying = first('retrying');
    this.#firstParked = first('parked');
    this.#retrying = database.prepare<[number], OutcomeRow>(
      `SELECT ${outcomeColumns} FROM deliveries INDEXED BY deliveries_retrying
       WHERE destination = ? AND state = 'retrying' ORDER BY sequence`,
    );
    this.#parked = database.prepare<[number, number, number], OutcomeRow>(
      `SELECT ${outcomeColumns} FROM deliveries INDEXED BY deliveries_parked
       WHERE destination = ? AND state = 'parked' AND sequence > ? ORDER BY sequence LIMIT ?`,
    );
  }

  laneState(name: string): Omit<LaneState, 'endAtStart'> {
    const { number, cursor, paused, catchUpRate } = this.#find(name);
    return {
      cursor,
      recordedAbove: this.#sequencesAbove.all(number, cursor),
      retrying: this.#retrying.all(number).map((row) => toOutcome(row) as Retrying),
      paused: paused === 1,
      catchUpRatePerSecond: catchUpRate ?? undefined,
    };
  }

  progress(name: string): DestinationProgress {
    const { number, startAfter, cursor } = this.#find(name);
    const first = [this.#firstRetrying.get(number), this.#firstParked.get(number), this.#held.first(number)];
    const open = first.filter((each) => each !== undefined);
    return { name, startAfter, cursor, firstOpen: open.length > 0 ? (Math.min(...open) as Sequence) : undefined };
  }

  /** Records outcomes and moves the cursor over every entry that has one. Returns the held entries that may go now. */
  settle(name: string, outcomes: readonly Outcome[]): Retrying[] {
    const { number, cursor } = this.#find(name);
    // Mostly nothing is, and then nothing is asked for each outcome.
    const anyHeld = this.#held.first(number) !== undefined || outcomes.some(({ state }) => state === 'held');
    const freed = new Map<string, Outcome>();
    let finished = 0;
    for (const alike of anyHeld ? outcomes.map((outcome): Alike => [outcome]) : splitIntoAlike(outcomes)) {
      const [outcome] = alike;
      if (alike.length > 1) {
        finished += this.#confirmAll(number, alike);
        continue;
      }
      const decision = this.#decisionIn(name, number, outcome);
      const key = anyHeld ? this.#held.keyFreedBy(number, outcome) : undefined;
      const isRecorded = isRedelivery(outcome)
        ? this.#redeliveries.reopen(number, outcome)
        : this.#record.run(...toBindings(number, outcome)).changes > 0;
      if (!isRecorded) continue;
      if (decision !== undefined) this.#decisions.record(decision);
      if (isFinal(outcome.state)) finished += 1;
      if (isRedelivery(outcome)) finished -= 1;
      if (key !== undefined) freed.set(key, outcome);
    }
    this.#advance.run(this.#endOfRun(number, cursor), finished, number);
    return this.#release(number, freed);
  }

  outcome(name: string, sequence: Sequence): Outcome | undefined {
    const row = this.#outcome.get(this.#find(name).number, sequence);
    return row && toOutcome(row);
  }

  parked(name: string, after: Sequence, limit: number): Parked[] {
    return this.#parked.all(this.#find(name).number, after, limit).map((row) => toOutcome(row) as Parked);
  }

  /** Entries with what is open of their keys. */
  orderedPage(name: string, entries: readonly Entry[]): OrderedPage {
    const { number } = this.#find(name);
    const lowestOpen = new Map<string, Sequence>();
    for (const key of new Set(entries.map((entry) => entry.key))) {
      const sequence = this.#held.lowestOpen(number, key);
      if (sequence !== undefined) lowestOpen.set(key, sequence);
    }
    return { entries, lowestOpen };
  }

  wouldRelease(name: string, sequence: Sequence): boolean {
    return this.#held.wouldRelease(this.#find(name).number, sequence);
  }

  /** Returns how many of them had not been finished before. */
  #confirmAll(number: number, [first, ...others]: Alike): number {
    const sequences = [first, ...others].map(({ sequence }) => sequence);
    return this.#confirm.run(number, first.attempts, first.attemptsCounted, first.at, JSON.stringify(sequences))
      .changes;
  }

  /** Has the next of each key tried, if it was held. */
  #release(number: number, freed: ReadonlyMap<string, Outcome>): Retrying[] {
    const released = [...freed].flatMap(([key, outcome]) => this.#held.next(number, key, outcome) ?? []);
    for (const next of released) this.#record.run(...toBindings(number, next));
    return released;
  }

  /** Last entry of the run of recorded entries that begins right above the cursor. */
  #endOfRun(number: number, cursor: Sequence): Sequence {
    let end = cursor;
    for (const sequence of this.#sequencesAbove.iterate(number, cursor)) {
      if (sequence !== end + 1) break;
      end = sequence;
    }
    return end;
  }

  /** What a person decided, where they brought the outcome about; asked before that is recorded, for what was there until then. */
  #decisionIn(name: string, number: number, outcome: Outcome): NewDecision | undefined {
    const { sequence, at } = outcome;
    const before = () => describeBefore(this.#outcome.get(number, sequence));
    const base = { destination: name, sequence, at };
    if (outcome.state === 'discarded') return { ...base, what: 'discard', why: outcome.reason, before: before() };
    if (outcome.state !== 'retrying' || outcome.asked === undefined) return undefined;
    return { ...base, ...outcome.asked, before: before() };
  }

  #find(name: string): DestinationRow {
    const row = this.#destination.get(name);
    if (!row) throw new Error(`there is no destination ${name} on record`);
    return row;
  }
}

function toBindings(destination: number, outcome: Outcome): OutcomeBindings {
  const { sequence, state, attempts, attemptsCounted, at } = outcome;
  const nextAttemptAt = state === 'retrying' ? outcome.nextAttemptAt : null;
  const key = isFinal(state) ? null : (outcome.key ?? null);
  return [destination, sequence, state, attempts, attemptsCounted, at, nextAttemptAt, toDetail(outcome), key];
}

function toDetail(outcome: Outcome): string | null {
  switch (outcome.state) {
    case 'confirmed':
      return null;
    case 'discarded':
      return outcome.reason;
    case 'held':
      return String(outcome.behind);
    default:
      return outcome.error;
  }
}

function toOutcome(row: OutcomeRow): Outcome {
  const { sequence, state, attempts, attemptsCounted, at, key } = row;
  const base = { sequence, attempts, attemptsCounted, at, ...(key !== null && { key }) };
  const detail = row.detail ?? '';
  switch (state) {
    case 'confirmed':
      return { ...base, state };
    case 'retrying':
      return { ...base, state, nextAttemptAt: row.nextAttemptAt ?? at, error: detail };
    case 'parked':
      return { ...base, state, error: detail };
    case 'discarded':
      return { ...base, state, reason: detail };
    case 'held':
      return { ...base, state, key: key ?? '', behind: Number(detail) as Sequence };
  }
}
