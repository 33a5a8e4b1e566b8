import { digestToken } from '../../../shared/http/index.js';

/** Who may buy. The secrets themselves are not kept. */
export interface ApiKey {
  readonly name: string;
  /** Of the secret and, while it is being replaced, of the one before it. */
  readonly digests: readonly Buffer[];
}

export interface ParsedApiKeys {
  readonly keys: readonly ApiKey[];
  /** What is wrong, each in words that name the key by its place: what stands where a name should be may be a secret. */
  readonly faults: readonly string[];
}

/** Each is looked at with every request. */
const keysMax = 100;
const nameForm = /^[a-z0-9-]{1,32}$/;
/** Printable ASCII but what separates keys and secrets. */
const secretForm = /^[\x21-\x2b\x2d-\x3a\x3c-\x7e]{16,256}$/;
/** The new one, and the one before it. */
const secretsMax = 2;

/** Reads `name=secret,name=secret;secret before that`. */
export function parseApiKeys(text: string): ParsedApiKeys {
  const keys: ApiKey[] = [];
  const faults: string[] = [];
  const placeOf = new Map<string, number>();
  const parts = text.split(',').map((part) => part.trim());
  for (const [index, part] of parts.filter((each) => each !== '').entries()) {
    const place = index + 1;
    const { name, secrets } = splitKey(part);
    const fault = (what: string) => faults.push(`key ${place}: ${what}`);
    if (!nameForm.test(name)) fault('its name must be 1 to 32 of a-z, 0-9 and -, as in name=secret');
    else if (placeOf.has(name)) fault(`its name is that of key ${placeOf.get(name)}`);
    if (secrets.length > secretsMax) fault(`it may have ${secretsMax} secrets, the new one and the one before it`);
    if (!secrets.every((secret) => secretForm.test(secret))) {
      fault('a secret must have 16 to 256 characters: printable ASCII without spaces, commas and semicolons');
    }
    for (const secret of secrets) {
      // A secret is longer than a name can be told from: the two do not meet in one map.
      const id = `=${secret}`;
      if (placeOf.has(id)) fault(`its secret is that of key ${placeOf.get(id)}`);
      placeOf.set(id, place);
    }
    placeOf.set(name, place);
    keys.push({ name, digests: secrets.map(digestToken) });
  }
  if (keys.length === 0) faults.push('names no key: give name=secret, or leave it unset to let everyone buy');
  if (keys.length > keysMax) faults.push(`names ${keys.length} keys: there may be ${keysMax}`);
  return { keys, faults };
}

/** Base64 ends in equals signs: only the first one separates. */
function splitKey(part: string): { name: string; secrets: readonly string[] } {
  const at = part.indexOf('=');
  if (at < 0) return { name: '', secrets: [part] };
  const secrets = part.slice(at + 1).split(';');
  return { name: part.slice(0, at).trim(), secrets: secrets.map((secret) => secret.trim()) };
}
