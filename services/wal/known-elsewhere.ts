import { LogRecordStore } from '../../shared/journal/index.js';
import { decodeRecord } from '../../shared/purchase/index.js';
import { nodeFiles, surveyLog } from '../../shared/wal/index.js';
import type { LogExpectation, LogIdentity, LogSurvey, PayloadOf, Sequence } from '../../shared/wal/index.js';
import type { LogLocation } from './locate-log.js';

/** A log, and what is known of it besides. */
export interface KnownLog {
  readonly survey: LogSurvey;
  readonly known: LogExpectation;
  readonly payloadOf: PayloadOf;
  /** One line on where this knowledge comes from. */
  readonly source: string;
  /** Whether a database is used that belongs to this log. */
  readonly hasDatabase: boolean;
  /** The purchase's id that the database has for an entry. */
  purchaseId(sequence: Sequence): string | undefined;
  close(): void;
}

const nothing = 0 as Sequence;

/**
 * Surveys a log and asks the database beside it, in the order that is right beside a running checkout. `durable` is what someone
 * knows besides; `alone` says that the log's lock is held.
 */
export async function knownLog(
  location: LogLocation,
  { durable = nothing, alone = false }: { durable?: Sequence; alone?: boolean } = {},
): Promise<KnownLog> {
  const { store, failure } = openStore(location, alone);
  try {
    // Before the survey, so that what is durable is in the log that is surveyed.
    const before = store?.logState();
    const unguided = await surveyLog(nodeFiles, location.log);
    if (!store || before?.identity === undefined || !isOf(before.identity, unguided)) {
      store?.close();
      return {
        ...{ survey: unguided, known: { identity: undefined, durable, lowWaterMark: nothing }, hasDatabase: false },
        ...{ payloadOf: () => undefined, purchaseId: () => undefined },
        source: describeNone(store, before, failure, durable),
        close: () => undefined,
      };
    }
    const survey = await surveyLog(nodeFiles, location.log, before.identity);
    // After it, so that what is not in the log any more may have been pruned.
    const { lowWaterMark } = store.logState();
    const known = { identity: before.identity, durable: Math.max(before.durable, durable) as Sequence, lowWaterMark };
    const payloadOf = (sequence: Sequence) => store.payloadOf(sequence);
    return {
      ...{ survey, known, hasDatabase: true, payloadOf },
      purchaseId: (sequence) => purchaseIn(store.payloadOf(sequence)),
      source: `${store.path} knows entries up to ${before.durable}; all have been confirmed everywhere up to ${lowWaterMark}`,
      close: () => {
        store.close();
      },
    };
  } catch (error) {
    store?.close();
    throw error;
  }
}

function openStore({ data }: LogLocation, alone: boolean): { store?: LogRecordStore; failure?: string } {
  if (data === undefined) return {};
  try {
    const store = LogRecordStore.open(data, { alone });
    return store ? { store } : {};
  } catch (error) {
    // A database that cannot be read leaves the log as it is: it is said, and nothing is taken from it.
    return {
      failure: `the database in ${data} cannot be read (${error instanceof Error ? error.message : String(error)})`,
    };
  }
}

/** A database of another log must not be believed; but where no header can be read, only it tells which log this is. */
function isOf(identity: LogIdentity, { identities }: LogSurvey): boolean {
  return identities.length === 0 || identities.includes(identity);
}

function describeNone(
  store: LogRecordStore | undefined,
  state: LogExpectation | undefined,
  failure: string | undefined,
  durable: Sequence,
): string {
  const given = durable > 0 ? `entries up to ${durable} are known to have been durable (--durable)` : undefined;
  if (failure !== undefined) return [failure, given].filter(Boolean).join('; ');
  if (store && state?.identity !== undefined)
    return `${store.path} belongs to another log (${state.identity}) and is not used`;
  return given ?? 'no database beside it: nothing is known of the log but what it says itself';
}

function purchaseIn(record: Buffer | undefined): string | undefined {
  if (!record) return undefined;
  try {
    return decodeRecord(record).purchase.id;
  } catch {
    return undefined;
  }
}
