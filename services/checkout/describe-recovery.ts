import type { DestinationChange, JournalRecovery } from '../../shared/journal/index.js';

/** What the log held, in one line. */
export function describeRecovery(recovery: JournalRecovery): string {
  const { segments, firstSequence, durableSequence, tornBytes, tornFile, lowWaterMark, replayed, durationMs } =
    recovery;
  const entries = durableSequence - firstSequence + 1;
  const range = entries > 0 ? ` (${firstSequence} to ${durableSequence})` : '';
  const torn = tornFile === undefined ? `${tornBytes} torn bytes` : `${tornBytes} torn bytes kept in ${tornFile}`;
  return (
    `recovered in ${durationMs} ms: ${plural(segments, 'segment')}, ${plural(entries, 'entry', 'entries')}${range}, ` +
    `${torn}, low-water mark ${lowWaterMark}, ${replayed} to deliver`
  );
}

/** What a lost database has taken with it, as long as it is so. */
export function describeUnknown({ unknownBefore }: JournalRecovery): string {
  return (
    `purchases up to entry ${unknownBefore} are not known any more: the database that held them was lost, and the log no ` +
    'longer holds them. They were confirmed or discarded everywhere; they cannot be looked up, and a retry with an ' +
    'idempotency key of theirs makes a second purchase'
  );
}

/** What an older copy of the database has forgotten, as far as the log tells. */
export function describeForgotten({ outcomesForgotten }: JournalRecovery): string {
  return (
    `the database is older than the log: it has forgotten the outcomes of ${plural(outcomesForgotten, 'entry', 'entries')} or ` +
    'more. What was confirmed or discarded since is delivered again, under the same ids; what was paused since is not paused'
  );
}

/** What opening has changed in the destinations on record, or found not to fit. */
export function describeChange({ name, what, owedFrom }: DestinationChange): string {
  switch (what) {
    case 'added':
      return owedFrom === 1
        ? `destination ${name} is new: it is sent every purchase`
        : `destination ${name} is new: it is sent purchases from ${owedFrom} on. To get earlier ones it would have to be new ` +
            'again, under another name, with from=1';
    case 'restored':
      return `destination ${name} is back: it is sent purchases from ${owedFrom} on`;
    case 'removed':
      return `destination ${name} is removed: it is sent nothing any more, and holds nothing; what is on record of it stays`;
    case 'never-known':
      return `destination ${name} is to be removed, and was never here: is its name right?`;
    case 'missing':
      return (
        `destination ${name} is on record and not in DESTINATIONS: it is sent nothing, and the log keeps what it is owed. ` +
        `Put it back, or write ${name}=removed if it is to get no more`
      );
  }
}

function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
