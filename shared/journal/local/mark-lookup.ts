import type Database from 'better-sqlite3';

import type { EpochMs, OutcomeState, Sequence } from '../../outbox/types.js';
import type { MarkStatus } from '../types.js';
import { toDelivery, type DeliveryRow } from './delivery-row.js';

/** One for each destination that is owed the entry right above the mark; `destination` is null where there is none. */
interface MarkRow extends Omit<DeliveryRow, 'destination'> {
  readonly destination: string | null;
  readonly lowWaterMark: Sequence;
  readonly projected: Sequence;
  readonly passedDiscarded: number;
  readonly againSequence: Sequence | null;
  readonly againState: OutcomeState | null;
  readonly againAttempts: number | null;
  readonly againAt: EpochMs | null;
  readonly againNextAttemptAt: EpochMs | null;
  readonly againDetail: string | null;
}

type OwedRow = MarkRow & { readonly destination: string };

/** The API thread's statement on the mark and on what holds it: reading only. */
export class MarkLookup {
  readonly #mark;

  constructor(database: Database.Database) {
    const firstOf = (state: OutcomeState) =>
      `coalesce((SELECT sequence FROM deliveries
                 WHERE destination = n.number AND state = '${state}' ORDER BY sequence LIMIT 1), n.cursor + 1)`;
    // One statement, so one moment: the mark, and of each destination the one or two entries that may hold it.
    this.#mark = database.prepare<[], MarkRow>(
      `SELECT low_water_mark AS lowWaterMark, projected, low_water_mark + 1 AS sequence, n.name AS destination,
              coalesce(d.state, 'pending') AS state, coalesce(d.attempts, 0) AS attempts,
              d.at, d.next_attempt_at AS nextAttemptAt, d.detail,
              EXISTS (SELECT 1 FROM deliveries WHERE destination = n.number AND state = 'discarded'
                      AND sequence <= low_water_mark) AS passedDiscarded,
              a.sequence AS againSequence, a.state AS againState, a.attempts AS againAttempts,
              a.at AS againAt, a.next_attempt_at AS againNextAttemptAt, a.detail AS againDetail
       FROM log_state
       LEFT JOIN destinations n ON n.start_after <= low_water_mark AND n.removed_at IS NULL
       LEFT JOIN deliveries d ON d.destination = n.number AND d.sequence = low_water_mark + 1
       LEFT JOIN deliveries a ON a.destination = n.number
         AND a.sequence = min(${firstOf('retrying')}, ${firstOf('parked')}) AND a.sequence <= low_water_mark + 1
         AND EXISTS (SELECT 1 FROM decisions INDEXED BY decisions_by_delivery
                     WHERE destination = n.number AND sequence = a.sequence AND what = 'redeliver')
       WHERE only_row = 1 ORDER BY n.number`,
    );
  }

  find(): MarkStatus & { readonly lowWaterMark: Sequence } {
    const rows = this.#mark.all();
    const [first] = rows;
    if (!first) throw new Error('the database has lost the row of its log');
    const { lowWaterMark, projected } = first;
    const owed = rows.filter((row): row is OwedRow => row.destination !== null);
    return {
      lowWaterMark,
      nextReadable: projected > lowWaterMark,
      next: owed.map(toDelivery),
      again: owed.flatMap(againOf).map(toDelivery),
      passedDiscarded: owed.some(({ passedDiscarded }) => passedDiscarded === 1),
    };
  }
}

/** The entry that is delivered again, if there is one. */
function againOf(row: OwedRow): DeliveryRow[] {
  const { destination, againSequence: sequence, againState: state, againAttempts: attempts } = row;
  if (sequence === null || state === null || attempts === null) return [];
  const { againAt: at, againNextAttemptAt: nextAttemptAt, againDetail: detail } = row;
  return [{ sequence, destination, state, attempts, at, nextAttemptAt, detail }];
}
