import type Database from 'better-sqlite3';

import type {
  DestinationProgress,
  EpochMs,
  LaneState,
  Outcome,
  OutcomeState,
  Parked,
  Retrying,
  Sequence,
} from '../../outbox/types.js';

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
}

type OutcomeBindings = [number, number, OutcomeState, number, number, number, number | null, string | null];

const outcomeColumns =
  'sequence, state, attempts, attempts_counted AS attemptsCounted, at, next_attempt_at AS nextAttemptAt, detail';

/**
 * The worker's statements on outcomes, and on how far a destination is. Calls run inside the caller's transaction.
 *
 * Where a state is asked for, its index is named: SQLite prefers the primary key, and would read every confirmed delivery.
 */
export class DeliveryStore {
  readonly #destination;
  readonly #advance;
  readonly #record;
  readonly #outcome;
  readonly #sequencesAbove;
  readonly #firstRetrying;
  readonly #firstParked;
  readonly #retrying;
  readonly #parked;

  constructor(database: Database.Database) {
    this.#destination = database.prepare<[string], DestinationRow>(
      `SELECT number, name, start_after AS startAfter, cursor, paused, catch_up_rate AS catchUpRate
       FROM destinations WHERE name = ?`,
    );
    this.#advance = database.prepare<[number, number, number]>(
      'UPDATE destinations SET cursor = ?, finished = finished + ? WHERE number = ?',
    );
    this.#record = database.prepare<OutcomeBindings>(
      `INSERT INTO deliveries (destination, sequence, state, attempts, attempts_counted, at, next_attempt_at, detail)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (destination, sequence) DO UPDATE SET
         state = excluded.state, attempts = excluded.attempts, attempts_counted = excluded.attempts_counted,
         at = excluded.at, next_attempt_at = excluded.next_attempt_at, detail = excluded.detail
       WHERE state NOT IN ('confirmed', 'discarded')`,
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

  laneState(name: string): LaneState {
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
    const open = [this.#firstRetrying.get(number), this.#firstParked.get(number)].filter((each) => each !== undefined);
    return { name, startAfter, cursor, firstOpen: open.length > 0 ? (Math.min(...open) as Sequence) : undefined };
  }

  /** Records outcomes and moves the cursor over every entry that has one. */
  settle(name: string, outcomes: readonly Outcome[]): void {
    const { number, cursor } = this.#find(name);
    let finished = 0;
    for (const outcome of outcomes) {
      const { changes } = this.#record.run(...toBindings(number, outcome));
      if (changes > 0 && (outcome.state === 'confirmed' || outcome.state === 'discarded')) finished += 1;
    }
    this.#advance.run(this.#endOfRun(number, cursor), finished, number);
  }

  outcome(name: string, sequence: Sequence): Outcome | undefined {
    const row = this.#outcome.get(this.#find(name).number, sequence);
    return row && toOutcome(row);
  }

  parked(name: string, after: Sequence, limit: number): Parked[] {
    return this.#parked.all(this.#find(name).number, after, limit).map((row) => toOutcome(row) as Parked);
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

  #find(name: string): DestinationRow {
    const row = this.#destination.get(name);
    if (!row) throw new Error(`there is no destination ${name} on record`);
    return row;
  }
}

function toBindings(destination: number, outcome: Outcome): OutcomeBindings {
  const { sequence, state, attempts, attemptsCounted, at } = outcome;
  const nextAttemptAt = state === 'retrying' ? outcome.nextAttemptAt : null;
  const detail = state === 'confirmed' ? null : state === 'discarded' ? outcome.reason : outcome.error;
  return [destination, sequence, state, attempts, attemptsCounted, at, nextAttemptAt, detail];
}

function toOutcome(row: OutcomeRow): Outcome {
  const { sequence, state, attempts, attemptsCounted, at } = row;
  const base = { sequence, attempts, attemptsCounted, at };
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
  }
}
