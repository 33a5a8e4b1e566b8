import type Database from 'better-sqlite3';

import { decodeRecord } from '../../purchase/index.js';
import type { OutcomeState, Sequence } from '../../outbox/types.js';
import type {
  DecisionQuery,
  DecisionRecord,
  DeliveryQuery,
  DeliveryRecord,
  DeliveryState,
  DestinationStatus,
  MarkStatus,
  StoredPurchase,
} from '../types.js';
import { DecisionLookups } from './decision-lookups.js';
import { toDelivery, type DeliveryRow } from './delivery-row.js';
import { MarkLookup } from './mark-lookup.js';
import { toPurchase, type PurchaseRow } from './purchase-row.js';

interface DestinationRow {
  readonly name: string;
  readonly startAfter: Sequence;
  readonly cursor: Sequence;
  readonly finished: number;
  readonly paused: number;
  readonly owed: number;
  readonly retrying: number;
  readonly parked: number;
  readonly firstOpen: Sequence | null;
}

interface Page {
  readonly name: string;
  readonly after: Sequence;
  readonly limit: number;
}

/** Released from behind others of its key, and neither tried nor asked about since: pending to people, though it has a row. */
const untried = "(attempts = 0 AND detail = '')";

/** The API thread's statements: reading only. Each sees every commit that returned before it began. */
export class LookupStore {
  readonly #byId;
  readonly #highestId;
  readonly #after;
  readonly #of;
  readonly #recorded;
  readonly #recordedAs;
  readonly #pendingOnRecord;
  readonly #pending;
  readonly #destinations;
  readonly #owed;
  readonly #lowWaterMark;
  readonly #decisions: DecisionLookups;
  readonly #marks: MarkLookup;
  readonly #atOneMoment: (read: () => DeliveryRow[]) => DeliveryRow[];

  constructor(database: Database.Database) {
    this.#atOneMoment = database.transaction((read: () => DeliveryRow[]) => read());
    this.#byId = database.prepare<[string], PurchaseRow>('SELECT sequence, record FROM purchases WHERE id = ?');
    this.#highestId = database.prepare<[], string | null>('SELECT max(id) FROM purchases').pluck();
    this.#after = database.prepare<[number, number], PurchaseRow>(
      'SELECT sequence, record FROM purchases WHERE sequence > ? ORDER BY sequence LIMIT ?',
    );
    const columns = 'd.state, d.attempts, d.at, d.next_attempt_at AS nextAttemptAt, d.detail';
    this.#of = database.prepare<[number, number, number], DeliveryRow>(
      `SELECT ? AS sequence, n.name AS destination, coalesce(d.state, 'pending') AS state,
              coalesce(d.attempts, 0) AS attempts, d.at, d.next_attempt_at AS nextAttemptAt, d.detail
       FROM destinations n LEFT JOIN deliveries d ON d.destination = n.number AND d.sequence = ?
       WHERE n.removed_at IS NULL AND (n.start_after < ? OR d.state IS NOT NULL)
       ORDER BY n.number`,
    );
    const recorded = (index: string, condition: string) =>
      database.prepare<[Page], DeliveryRow>(
        `SELECT d.sequence, n.name AS destination, ${columns}
         FROM destinations n JOIN deliveries d ${index} ON d.destination = n.number
         WHERE n.name = :name AND d.sequence > :after ${condition}
         ORDER BY d.sequence LIMIT :limit`,
      );
    const indexed = (state: OutcomeState, condition = '') =>
      recorded(`INDEXED BY deliveries_${state}`, `AND d.state = '${state}' ${condition}`);
    this.#recorded = recorded('', '');
    this.#recordedAs = {
      // Most are: what the primary key walks past is little.
      confirmed: recorded('', "AND d.state = 'confirmed'"),
      retrying: indexed('retrying', `AND NOT ${untried}`),
      parked: indexed('parked'),
      discarded: indexed('discarded'),
    };
    // They have a row, and are pending to people all the same: held, or released from that and not tried yet.
    this.#pendingOnRecord = [indexed('held'), indexed('retrying', `AND ${untried}`)];
    this.#pending = database.prepare<[Page], DeliveryRow>(
      `SELECT p.sequence, n.name AS destination, 'pending' AS state, 0 AS attempts,
              NULL AS at, NULL AS nextAttemptAt, NULL AS detail
       FROM destinations n JOIN purchases p ON p.sequence > max(n.cursor, :after)
       WHERE n.name = :name AND n.removed_at IS NULL
         AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.destination = n.number AND d.sequence = p.sequence)
       ORDER BY p.sequence LIMIT :limit`,
    );
    const firstOf = (state: string) =>
      `(SELECT sequence FROM deliveries WHERE destination = n.number AND state = '${state}' ORDER BY sequence LIMIT 1)`;
    const countOf = (state: string, condition = '') =>
      `(SELECT count(*) FROM deliveries INDEXED BY deliveries_${state}
        WHERE destination = n.number AND state = '${state}' ${condition})`;
    const firstOpen = ['retrying', 'parked', 'held'].map((state) => `coalesce(${firstOf(state)}, n.cursor + 1)`);
    this.#destinations = database.prepare<[], DestinationRow>(
      `SELECT n.name, n.start_after AS startAfter, n.cursor, n.finished, n.paused, n.removed_at IS NULL AS owed,
              ${countOf('retrying', `AND NOT ${untried}`)} AS retrying, ${countOf('parked')} AS parked,
              min(${firstOpen.join(', ')}) AS firstOpen
       FROM destinations n ORDER BY n.number`,
    );
    this.#owed = database
      .prepare<[], string>('SELECT name FROM destinations WHERE removed_at IS NULL ORDER BY number')
      .pluck();
    this.#decisions = new DecisionLookups(database);
    this.#lowWaterMark = database
      .prepare<[], Sequence>('SELECT low_water_mark FROM log_state WHERE only_row = 1')
      .pluck();
    this.#marks = new MarkLookup(database);
  }

  byId(id: string): StoredPurchase | undefined {
    return toPurchase(this.#byId.get(id));
  }

  /** No purchase has an id that sorts behind this one; undefined: there is none. */
  highestId(): string | undefined {
    return this.#highestId.get() ?? undefined;
  }

  purchasesAfter(after: Sequence, limit: number): StoredPurchase[] {
    return this.#after.all(after, limit).map(({ sequence, record }) => ({ sequence, record: decodeRecord(record) }));
  }

  deliveriesOf(sequence: Sequence): DeliveryRecord[] {
    return this.#of.all(sequence, sequence, sequence).map(toDelivery);
  }

  deliveries(query: DeliveryQuery): DeliveryRecord[] {
    const { state, destination, after, limit } = query;
    // Several statements, and one moment: what is settled between two of them would be in neither.
    const rows = this.#atOneMoment(() => {
      const names = destination === undefined ? this.owed() : [destination];
      return names.flatMap((name) => this.#deliveriesAt({ name, after, limit }, state));
    });
    rows.sort((a, b) => a.sequence - b.sequence);
    return wholePage(rows, limit).map(toDelivery);
  }

  /** Names of the destinations that every purchase is owed to. */
  owed(): string[] {
    return this.#owed.all();
  }

  /** Undefined when no destination of the name asked for was ever on record. */
  decisions(query: DecisionQuery): DecisionRecord[] | undefined {
    return this.#decisions.find(query);
  }

  /** The mark alone, which costs next to nothing. */
  lowWaterMark(): Sequence {
    return this.#lowWaterMark.get() ?? (0 as Sequence);
  }

  mark(): MarkStatus & { readonly lowWaterMark: Sequence } {
    return this.#marks.find();
  }

  destinations(
    durable: Sequence,
  ): Map<string, Omit<DestinationStatus, 'oldestPendingAt'> & { firstPending: Sequence }> {
    return new Map(
      this.#destinations.all().map((row) => {
        const { name, startAfter, cursor, finished, retrying, parked } = row;
        const owed = row.owed === 1;
        const pending = owed ? Math.max(0, durable - startAfter - finished) : 0;
        const firstPending = row.firstOpen ?? ((cursor + 1) as Sequence);
        return [name, { owed, cursor, pending, retrying, parked, paused: row.paused === 1, firstPending }];
      }),
    );
  }

  #deliveriesAt(page: Page, state: DeliveryState | undefined): DeliveryRow[] {
    if (state === undefined) return [...this.#recorded.all(page), ...this.#pending.all(page)];
    if (state !== 'pending') return this.#recordedAs[state].all(page);
    return [...this.#pendingOnRecord.flatMap((each) => each.all(page)), ...this.#pending.all(page)];
  }
}

/** At most `limit` rows, but all of the last one's sequence: the next page begins after it. */
function wholePage(rows: readonly DeliveryRow[], limit: number): readonly DeliveryRow[] {
  const last = rows[limit - 1];
  return last === undefined ? rows : rows.filter((row) => row.sequence <= last.sequence);
}
