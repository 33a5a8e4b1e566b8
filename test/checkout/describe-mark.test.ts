import { describe, expect, it } from '@jest/globals';

import { describeMark } from '../../services/checkout/describe-mark.js';
import type { DeliveryRecord, JournalProgress } from '../../shared/journal/index.js';
import type { EpochMs, LaneStatus, Sequence } from '../../shared/outbox/index.js';

const now = Date.parse('2026-11-23T07:21:31.000Z');
const configured = ['warehouse', 'finance'];
const unavailable = '503 Service Unavailable';

/** An entry that is pending at a destination, but for what a test says of it. */
function at(destination: string, known: Partial<DeliveryRecord> = {}): DeliveryRecord {
  const blank = { at: undefined, nextAttemptAt: undefined, lastError: undefined, reason: undefined };
  return { sequence: 4712 as Sequence, destination, state: 'pending', attempts: 0, ...blank, ...known };
}

interface Seen {
  readonly next?: readonly DeliveryRecord[];
  readonly durable?: number;
  readonly lowWaterMark?: number;
  readonly nextReadable?: boolean;
  readonly again?: readonly DeliveryRecord[];
  readonly passedDiscarded?: boolean;
  readonly paused?: readonly string[];
  /** How many a destination is owed. */
  readonly pending?: Readonly<Record<string, number>>;
  /** `silent`: nobody tells. */
  readonly lanes?: Readonly<Record<string, Partial<LaneStatus>>> | 'silent';
}

function words(seen: Seen): string {
  const { next = [], durable = 4800, lowWaterMark = 4711, nextReadable = true, passedDiscarded = false } = seen;
  const log = { firstSequence: 1, durableSequence: durable, lowWaterMark, segments: 1, bytes: 1 };
  const destinations = configured.map((name) => {
    const paused = seen.paused?.includes(name) ?? false;
    const pending = seen.pending?.[name] ?? 0;
    return [name, { owed: true, cursor: 4800, pending, retrying: 0, parked: 0, paused, oldestPendingAt: undefined }];
  });
  const mark = { nextReadable, next, again: seen.again ?? [], passedDiscarded };
  const progress = { log, mark, destinations: Object.fromEntries(destinations) as unknown };
  return describeMark(progress as JournalProgress, {
    ...{ configured, now },
    lanes: seen.lanes === 'silent' ? undefined : ((seen.lanes ?? {}) as Record<string, LaneStatus>),
  });
}

const parked = { state: 'parked', attempts: 1, lastError: '422 Unprocessable Entity: unknown currency' } as const;
const retrying = {
  state: 'retrying',
  attempts: 3,
  lastError: unavailable,
  nextAttemptAt: (now + 500) as EpochMs,
} as const;
const open = { circuit: 'open', circuitSince: (now - 60_000) as EpochMs, lastError: unavailable } as const;
const closed = { circuit: 'closed', circuitSince: null, lastError: unavailable } as const;

describe('why the mark stands where it stands', () => {
  it.each<[string, DeliveryRecord, Omit<Seen, 'next'>]>([
    ['finance parked 4712, 422 Unprocessable Entity: unknown currency', at('finance', parked), {}],
    [
      'finance has not taken 4712 in 3 attempts, next at 2026-11-23T07:21:31.500Z, 503 Service Unavailable',
      at('finance', retrying),
      {},
    ],
    [
      'finance has not taken 4712 in 1 attempt, next is due, 503 Service Unavailable',
      at('finance', { ...retrying, attempts: 1, nextAttemptAt: now as EpochMs }),
      { lanes: { finance: closed } },
    ],
    [
      'finance is to say whether it has 4712, next question at 2026-11-23T07:21:31.500Z, it did not say whether it has it: 503',
      at('finance', { ...retrying, attempts: 0, lastError: 'it did not say whether it has it: 503' }),
      {},
    ],
    ['warehouse is paused, 4712 is not confirmed yet', at('warehouse'), { paused: ['warehouse'] }],
    [
      'warehouse is paused, 4712 is not confirmed after 3 attempts, 503 Service Unavailable',
      at('warehouse', retrying),
      { paused: ['warehouse'], lanes: { warehouse: open } },
    ],
    [
      'the circuit of finance is open since 2026-11-23T07:20:31.000Z, 4712 is not confirmed yet, 503 Service Unavailable',
      at('finance'),
      { lanes: { finance: open } },
    ],
    [
      'the circuit of finance is open since 2026-11-23T07:20:31.000Z, 4712 is not confirmed after 3 attempts, 401 Unauthorized',
      at('finance', retrying),
      { lanes: { finance: { ...open, circuit: 'half-open', lastError: '401 Unauthorized' } } },
    ],
    ['4712 is on its way to finance', at('finance'), {}],
    ['4712 is on its way to finance', at('finance'), { lanes: { finance: closed } }],
    ['finance has not confirmed 4712 yet, and the delivery thread does not answer', at('finance'), { lanes: 'silent' }],
    [
      'finance has not taken 4712 in 3 attempts, next at 2026-11-23T07:21:31.500Z, 503 Service Unavailable',
      at('finance', retrying),
      { lanes: 'silent' },
    ],
    ['retired is on record but missing in DESTINATIONS', at('retired', parked), {}],
  ])('is told as "%s"', (reason, delivery, seen) => {
    expect(words({ next: [delivery], ...seen })).toBe(`held at 4711: ${reason}`);
  });

  const wanted = { ...retrying, attempts: 1, lastError: 'a person asked for it again' } as const;
  it.each<[string, DeliveryRecord, Omit<Seen, 'again'>]>([
    [
      'finance is being delivered 7 again, next attempt is due, a person asked for it again',
      at('finance', { ...wanted, sequence: 7 as Sequence, nextAttemptAt: now as EpochMs }),
      {},
    ],
    [
      'finance is being delivered 7 again, next attempt at 2026-11-23T07:21:31.500Z, 503 Service Unavailable',
      at('finance', { ...retrying, sequence: 7 as Sequence }),
      { lanes: 'silent' },
    ],
    [
      'finance is being delivered 7 again, next attempt is due, a person asked for it again',
      at('finance', { ...wanted, attempts: 0, sequence: 7 as Sequence, nextAttemptAt: now as EpochMs }),
      {},
    ],
    [
      'finance parked 7 when it got it again, 422 Unprocessable Entity: unknown currency',
      at('finance', { ...parked, sequence: 7 as Sequence }),
      {},
    ],
    [
      'finance is paused, 7 is to be delivered again, a person asked for it again',
      at('finance', { ...wanted, sequence: 7 as Sequence }),
      { paused: ['finance'] },
    ],
    [
      'the circuit of finance is open since 2026-11-23T07:20:31.000Z, 7 is to be delivered again, 503 Service Unavailable',
      at('finance', { ...wanted, sequence: 7 as Sequence }),
      { lanes: { finance: open } },
    ],
    ['retired is on record but missing in DESTINATIONS', at('retired', { ...wanted, sequence: 7 as Sequence }), {}],
  ])('is told as "%s", where it had been confirmed', (reason, delivery, seen) => {
    const next = [at('warehouse', { state: 'confirmed', attempts: 1 }), at('finance')];
    const others = delivery.destination === 'retired' ? next.slice(0, 1) : next;
    expect(words({ again: [delivery], next: others, ...seen })).toBe(`held at 4711: ${reason}`);
    expect(words({ again: [delivery], durable: 4711, pending: { finance: 0 }, ...seen })).toBe(
      `everything up to 4711 has been confirmed everywhere; but ${reason}`,
    );
  });

  it('names one that is delivered again and one that is not yet confirmed, each for its own destination', () => {
    const again = [at('finance', { ...wanted, sequence: 7 as Sequence, nextAttemptAt: now as EpochMs })];
    const seven = 'finance is being delivered 7 again, next attempt is due, a person asked for it again';
    expect(words({ again, next: [at('warehouse'), at('finance')] })).toBe(
      `held at 4711: ${seven}; 4712 is on its way to warehouse`,
    );
    expect(words({ again, durable: 4711, pending: { finance: 1, warehouse: 3 } })).toBe(
      `everything up to 4711 has been confirmed everywhere; but ${seven}; but warehouse came after that and still lacks 3 of it`,
    );
  });

  it('is one that is delivered again also where it is the one right above the mark', () => {
    const entry = at('finance', { ...wanted, nextAttemptAt: now as EpochMs });
    expect(words({ again: [entry], next: [at('warehouse', { state: 'confirmed' }), { ...entry }] })).toBe(
      'held at 4711: finance is being delivered 4712 again, next attempt is due, a person asked for it again',
    );
  });

  it('is that of a person where one must decide, whatever the lane does', () => {
    const seen = { paused: ['finance'], lanes: { finance: open } };
    expect(words({ next: [at('finance', parked)], ...seen })).toMatch(/^held at 4711: finance parked 4712, 422 /);
  });

  it('names each destination that holds it, and none that has let it go', () => {
    const next = [at('warehouse'), at('finance', { state: 'confirmed', attempts: 1 }), at('retired')];
    expect(words({ next, paused: ['warehouse'] })).toBe(
      'held at 4711: warehouse is paused, 4712 is not confirmed yet; retired is on record but missing in DESTINATIONS',
    );
  });

  it.each<[string, Seen]>([
    ['there is no purchase yet', { durable: 0, lowWaterMark: 0 }],
    ['everything up to 4711 is confirmed everywhere', { durable: 4711, nextReadable: false }],
    ['everything up to 4711 is confirmed everywhere, or was discarded', { durable: 4711, passedDiscarded: true }],
    [
      'everything up to 4711 is confirmed everywhere; but finance came after that and still lacks 150 of it',
      { durable: 4711, pending: { finance: 150 } },
    ],
    ['held at 4711: 4712 is not in the database yet', { nextReadable: false, next: [at('finance')] }],
    ['held at 4711: 4712 is about to be passed', { next: [at('finance', { state: 'discarded' })] }],
  ])('is told as "%s" where no destination holds it', (sentence, seen) => {
    expect(words(seen)).toBe(sentence);
  });

  it('repeats of a destination what is on record as its last error, and not a word more', () => {
    const lastError = `422 Unprocessable Entity: ${'x'.repeat(200)}…`;
    expect(words({ next: [at('finance', { ...parked, lastError })] })).toBe(
      `held at 4711: finance parked 4712, ${lastError}`,
    );
  });
});
