import type { EpochMs, Outcome, Sequence } from '../../shared/journal/types.js';

function base(number: number, attempts: number) {
  return { sequence: number as Sequence, attempts, attemptsCounted: attempts, at: (1000 + number) as EpochMs };
}

export function confirmed(number: number, attempts = 1): Outcome {
  return { ...base(number, attempts), state: 'confirmed' };
}

export function retrying(number: number, error = 'HTTP 503', attempts = 1): Outcome {
  return { ...base(number, attempts), state: 'retrying', nextAttemptAt: (9000 + number) as EpochMs, error };
}

/** A retry that a person asked for. */
export function retriedByPerson(number: number, why?: string, attempts = 1): Outcome {
  const outcome = {
    ...base(number, attempts),
    state: 'retrying' as const,
    error: 'HTTP 422',
    asked: { what: 'retry' as const, why },
  };
  return { ...outcome, nextAttemptAt: outcome.at };
}

/** A person has delivered again what was confirmed. */
export function redelivered(number: number, why = 'lost there', attempts = 1) {
  const asked = { what: 'redeliver', why } as const;
  const outcome = { ...base(number, attempts), attemptsCounted: 0, state: 'retrying' as const, error: 'again', asked };
  return { ...outcome, nextAttemptAt: outcome.at };
}

export function parked(number: number, error = 'HTTP 422', attempts = 1): Outcome {
  return { ...base(number, attempts), state: 'parked', error };
}

export function discarded(number: number, reason = 'returned', attempts = 1): Outcome {
  return { ...base(number, attempts), state: 'discarded', reason };
}

export function held(number: number, behind: number, key = 'alice'): Outcome {
  return { ...base(number, 0), state: 'held', key, behind: behind as Sequence };
}

/** What an entry that was held becomes when an outcome that came about at `at` lets it go. */
export function released(number: number, at: number, key = 'alice'): Outcome {
  const now = at as EpochMs;
  return { ...base(number, 0), state: 'retrying', at: now, key, nextAttemptAt: now, error: '' };
}

export function withKey<Kind extends Outcome>(outcome: Kind, key = 'alice'): Kind {
  return { ...outcome, key };
}
