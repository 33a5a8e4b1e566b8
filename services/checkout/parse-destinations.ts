import type { DestinationIdentity, DestinationOptions } from '../../shared/outbox/index.js';
import { destinationSettings, urlFault, type Entry, type Settings } from './destination-settings.js';
import { withoutSecrets } from './without-secrets.js';

/** What is configured of a destination; the dispatcher fills in the rest. */
export type ConfiguredDestination = DestinationIdentity & Partial<DestinationOptions> & Entry;

export interface ParsedDestinations {
  readonly destinations: readonly ConfiguredDestination[];
  /** Names that stand as `name=removed`: owed nothing any more. */
  readonly removed: readonly string[];
  /** What is wrong, each in words that name the destination. No secret is in them. */
  readonly faults: readonly string[];
}

const removedWord = 'removed';
/** The one option that may be given more than once, and must not be repeated. */
const secretOption = 'secret';

/** Slow enough to go unnoticed beside the purchases of the day: a million in 33 minutes. */
const backfillRateDefault = 500;

/**
 * Reads `name=url;key=value,name=url,name=removed`. The default secrets sign where a destination has no `secret` of its own,
 * newest first.
 */
export function parseDestinations(text: string, defaultSecrets: readonly string[]): ParsedDestinations {
  const faults: string[] = [];
  const destinations: ConfiguredDestination[] = [];
  const removed: string[] = [];
  const parts = text.split(',').map((part) => part.trim());
  for (const part of parts.filter((each) => each !== '')) {
    const [address = '', ...settings] = part.split(';');
    const { key: name, value: url } = splitPair(address);
    checkName(name, faults);
    if (url === removedWord) {
      if (settings.length > 0) faults.push(`removes ${name} and gives it options: write ${name}=${removedWord} alone`);
      removed.push(name);
    } else {
      destinations.push(parseDestination(name, url, { settings, defaultSecrets, faults }));
    }
  }
  if (destinations.length === 0) faults.push('names no destination: give name=url,name=url');
  const names = [...destinations.map(({ name }) => name), ...removed];
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) faults.push(`names ${twice} twice`);
  return { destinations, removed, faults: faults.map(withoutSecrets) };
}

function checkName(name: string, faults: string[]): void {
  if (/^[a-z][a-z0-9-]{0,31}$/.test(name)) return;
  faults.push(`has a destination named "${name}": a name is 1 to 32 of a-z, 0-9 and -, and begins with a letter`);
}

interface Given {
  readonly settings: readonly string[];
  readonly defaultSecrets: readonly string[];
  readonly faults: string[];
}

function parseDestination(
  name: string,
  url: string,
  { settings, defaultSecrets, faults }: Given,
): ConfiguredDestination {
  const wrong = urlFault(url);
  if (wrong !== undefined) faults.push(`gives ${name} the address "${url}": it ${wrong}`);
  const read: Settings = {
    secrets: [],
    options: {},
    entry: { from: 'end', backfillRatePerSecond: backfillRateDefault },
  };
  const seen = new Set<string>();
  for (const setting of settings) {
    const { key, value } = splitPair(setting);
    if (seen.has(key) && key !== secretOption) faults.push(`gives ${name} ${key} twice`);
    seen.add(key);
    const readSetting = destinationSettings.get(key);
    if (!readSetting) {
      faults.push(`gives ${name} an unknown option "${key}": there are ${[...destinationSettings.keys()].join(', ')}`);
      continue;
    }
    const fault = readSetting(value, read);
    // A secret that is nearly one is still a secret.
    if (fault !== undefined) faults.push(`gives ${name} ${key}${key === secretOption ? '' : `=${value}`}: it ${fault}`);
  }
  const secrets = read.secrets.length > 0 ? read.secrets : defaultSecrets;
  return { ...read.options, ...read.entry, name, url, secrets };
}

function splitPair(text: string): { key: string; value: string } {
  const at = text.indexOf('=');
  return at < 0 ? { key: text.trim(), value: '' } : { key: text.slice(0, at).trim(), value: text.slice(at + 1).trim() };
}
