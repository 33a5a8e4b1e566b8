import { webhookSecret } from '../../shared/environment/index.js';
import type { DestinationIdentity, DestinationOptions } from '../../shared/outbox/index.js';

/** What is configured of a destination; the dispatcher fills in the rest. */
export type ConfiguredDestination = DestinationIdentity & Partial<DestinationOptions>;

type NumericOption = Exclude<keyof DestinationOptions, 'name' | 'url' | 'secrets'>;

interface NumericBounds {
  readonly option: NumericOption;
  readonly min: number;
  readonly max: number;
  readonly fraction?: boolean;
}

/** What can stand behind a URL as `;key=value`, with its bounds. Times in milliseconds. */
const numericOptions: Readonly<Record<string, NumericBounds>> = {
  timeout: { option: 'attemptTimeoutMs', min: 10, max: 120_000 },
  batch: { option: 'batchMax', min: 1, max: 500 },
  concurrency: { option: 'inFlightMax', min: 1, max: 256 },
  window: { option: 'windowMax', min: 1, max: 65_536 },
  retrying: { option: 'retryingMax', min: 1, max: 65_536 },
  attempts: { option: 'attemptsMax', min: 1, max: 10_000 },
  delay: { option: 'retryDelayMsMin', min: 1, max: 3_600_000 },
  factor: { option: 'retryDelayFactor', min: 1, max: 10, fraction: true },
  'delay-max': { option: 'retryDelayMsMax', min: 1, max: 86_400_000 },
  'retry-after-max': { option: 'retryAfterMsMax', min: 0, max: 86_400_000 },
  'circuit-failures': { option: 'circuitFailuresMax', min: 1, max: 10_000 },
  'circuit-delay': { option: 'circuitDelayMsMin', min: 1, max: 3_600_000 },
  'circuit-delay-max': { option: 'circuitDelayMsMax', min: 1, max: 86_400_000 },
};

export interface ParsedDestinations {
  readonly destinations: readonly ConfiguredDestination[];
  /** What is wrong, each in words that name the destination. */
  readonly faults: readonly string[];
}

/** Reads `name=url;key=value,name=url`. `defaultSecret` signs where a destination has no `secret` of its own. */
export function parseDestinations(text: string, defaultSecret: string): ParsedDestinations {
  const faults: string[] = [];
  const destinations = text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => parseDestination(part, defaultSecret, faults));
  if (destinations.length === 0) faults.push('names no destination: give name=url,name=url');
  const names = destinations.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) faults.push(`names ${twice} twice`);
  return { destinations, faults };
}

function parseDestination(part: string, defaultSecret: string, faults: string[]): ConfiguredDestination {
  const [address = '', ...settings] = part.split(';');
  const { key: name, value: url } = splitPair(address);
  if (!/^[a-z][a-z0-9-]{0,31}$/.test(name)) {
    faults.push(`has a destination named "${name}": a name is 1 to 32 of a-z, 0-9 and -, and begins with a letter`);
  }
  if (!isHttpUrl(url)) faults.push(`gives ${name} the address "${url}": it must be an http or https URL`);

  const secrets: string[] = [];
  const numbers = new Map<NumericOption, number>();
  for (const setting of settings) {
    const { key, value } = splitPair(setting);
    const numeric = Object.hasOwn(numericOptions, key) ? numericOptions[key] : undefined;
    if (key === 'secret') {
      if (webhookSecret.safeParse(value).success) secrets.push(value);
      else faults.push(`gives ${name} a secret that is not whsec_ and the base64 of 24 to 64 bytes`);
    } else if (!numeric) {
      faults.push(
        `gives ${name} an unknown option "${key}": there are ${[...Object.keys(numericOptions), 'secret'].join(', ')}`,
      );
    } else if (isWithin(value, numeric)) {
      numbers.set(numeric.option, Number(value));
    } else {
      faults.push(`gives ${name} ${key}=${value}: it must be a number from ${numeric.min} to ${numeric.max}`);
    }
  }
  return { ...Object.fromEntries(numbers), name, url, secrets: secrets.length > 0 ? secrets : [defaultSecret] };
}

function isWithin(value: string, { min, max, fraction }: NumericBounds): boolean {
  const number = (fraction ? /^\d+(\.\d+)?$/ : /^\d+$/).test(value) ? Number(value) : Number.NaN;
  return number >= min && number <= max;
}

function splitPair(text: string): { key: string; value: string } {
  const at = text.indexOf('=');
  return at < 0 ? { key: text.trim(), value: '' } : { key: text.slice(0, at).trim(), value: text.slice(at + 1).trim() };
}

function isHttpUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}
