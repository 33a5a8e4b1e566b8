import type { Readiness } from '../../shared/http/index.js';
import type { JournalHealth } from '../../shared/journal/index.js';

/** Said instead of what has failed: that names files, and is in the log. */
const startsAnew = 'The log or the database has failed; the service is about to start anew.';

/**
 * What `/readyz` says of a journal. While it is full, or its backlog is, the checkout cannot do its work, which is to take
 * purchases: it is not ready, and says when it may be again.
 */
export function describeReadiness(
  health: JournalHealth,
  expectedSeconds: (reason: 'disk-full' | 'disk-reserve' | 'backlog') => number,
): Readiness {
  if (health.ok) return { ready: true };
  const { reason, detail } = health;
  if (reason === 'failed' || reason === 'log-failed') {
    return { ready: false, reason, detail: startsAnew, retryAfterSeconds: 2 };
  }
  return { ready: false, reason, detail, retryAfterSeconds: expectedSeconds(reason) };
}
