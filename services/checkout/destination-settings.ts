import { webhookSecret } from '../../shared/environment/index.js';
import type { DestinationOptions, Sequence } from '../../shared/outbox/index.js';

/** Where a destination that is new begins. Without a word it is owed what comes from now on. */
export interface Entry {
  /** The first purchase that it is owed, or those after the end of the log. Looked at once, when the name is first seen. */
  readonly from: Sequence | 'end';
  /** Purchases per second until a destination that began before the end of the log has caught up with it. */
  readonly backfillRatePerSecond: number;
}

/** What has been read of one destination so far. */
export interface Settings {
  readonly secrets: string[];
  readonly options: { -readonly [Option in keyof DestinationOptions]?: DestinationOptions[Option] };
  entry: Entry;
}

/** Reads one value into the settings. Returns what it must be, where it is not. */
type ReadSetting = (value: string, settings: Settings) => string | undefined;

type NumericOption = Exclude<keyof DestinationOptions, 'name' | 'url' | 'secrets' | 'order' | 'verifyUrl'>;

const wholeNumber = /^\d+$/;
/** The new one, and the one before it. */
const secretsMax = 2;
const decimalNumber = /^(\d+(\.\d+)?|\.\d+)$/;

/** What can stand behind a URL as `;key=value`. Times in milliseconds. */
export const destinationSettings: ReadonlyMap<string, ReadSetting> = new Map<string, ReadSetting>([
  ['timeout', numeric('attemptTimeoutMs', 10, 120_000)],
  ['batch', numeric('batchMax', 1, 500)],
  ['batch-bytes', numeric('batchBytesMax', 1_000, 1_000_000_000)],
  ['concurrency', numeric('inFlightMax', 1, 256)],
  ['window', numeric('windowMax', 1, 65_536)],
  ['retrying', numeric('retryingMax', 1, 65_536)],
  ['attempts', numeric('attemptsMax', 1, 10_000)],
  ['delay', numeric('retryDelayMsMin', 1, 3_600_000)],
  ['factor', numeric('retryDelayFactor', 1, 10, decimalNumber)],
  ['delay-max', numeric('retryDelayMsMax', 1, 86_400_000)],
  ['retry-after-max', numeric('retryAfterMsMax', 0, 86_400_000)],
  ['circuit-failures', numeric('circuitFailuresMax', 1, 10_000)],
  ['circuit-delay', numeric('circuitDelayMsMin', 1, 3_600_000)],
  ['circuit-delay-max', numeric('circuitDelayMsMax', 1, 86_400_000)],
  ['rate', numeric('ratePerSecondMax', 0.01, 1_000_000, decimalNumber)],
  ['order', readOrder],
  ['verify', readVerifyUrl],
  ['from', readFrom],
  ['backfill-rate', readBackfillRate],
  ['secret', readSecret],
]);

function numeric(option: NumericOption, min: number, max: number, form = wholeNumber): ReadSetting {
  return (value, { options }) => {
    if (!isWithin(value, min, max, form))
      return `must be a ${form === wholeNumber ? 'whole ' : ''}number from ${min} to ${max}`;
    options[option] = Number(value);
    return undefined;
  };
}

function isWithin(value: string, min: number, max: number, form: RegExp): boolean {
  return form.test(value) && Number(value) >= min && Number(value) <= max;
}

function readOrder(value: string, { options }: Settings): string | undefined {
  if (value !== 'none' && value !== 'key') return 'must be none or key';
  options.order = value;
  return undefined;
}

function readVerifyUrl(value: string, { options }: Settings): string | undefined {
  if (!isHttpUrl(value) || !value.includes('{id}')) return 'must be an http or https URL with {id} in it';
  const fault = urlFault(value);
  if (fault !== undefined) return fault;
  if (!asksByPath(value)) return 'must have {id} in its path or its query: it asks one host about all of them';
  options.verifyUrl = value;
  return undefined;
}

function readFrom(value: string, settings: Settings): string | undefined {
  if (value !== 'end' && !isWithin(value, 1, Number.MAX_SAFE_INTEGER, wholeNumber)) {
    return 'must be end, or the first sequence that it is to get: 1 for all that is known';
  }
  settings.entry = { ...settings.entry, from: value === 'end' ? value : (Number(value) as Sequence) };
  return undefined;
}

function readBackfillRate(value: string, settings: Settings): string | undefined {
  if (!isWithin(value, 0.01, 1_000_000, decimalNumber)) return 'must be a number from 0.01 to 1000000';
  settings.entry = { ...settings.entry, backfillRatePerSecond: Number(value) };
  return undefined;
}

function readSecret(value: string, { secrets }: Settings): string | undefined {
  if (!webhookSecret.safeParse(value).success) return 'must be whsec_ and the base64 of 24 to 64 bytes';
  if (secrets.includes(value)) return 'stands there twice: give the new one and the one before it';
  if (secrets.length === secretsMax)
    return `may be given ${secretsMax} times, the new one and the one before it, not more`;
  secrets.push(value);
  return undefined;
}

/** What an address must be, where it is not. */
export function urlFault(text: string): string | undefined {
  if (!isHttpUrl(text)) return 'must be an http or https URL';
  // A URL may hold spaces and line ends: what was meant for a second destination would become a part of the first.
  if (/\s/.test(text)) return 'must hold no white space: between two destinations stands a comma';
  const { username, password, hash } = new URL(text);
  if (username !== '' || password !== '') return 'must name no user and no password: neither would be sent';
  if (hash !== '' || text.includes('#')) return 'must have no fragment (#): it would not be sent';
  return undefined;
}

/** Whether the id is a part of what is asked, and of no other. */
function asksByPath(verifyUrl: string): boolean {
  const { pathname, search, origin } = new URL(verifyUrl.replaceAll('{id}', 'an-id'));
  return (pathname + search).includes('an-id') && !origin.includes('an-id');
}

function isHttpUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}
