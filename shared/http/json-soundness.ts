/** The one name that is not only a name. */
const proto = '__proto__';
const loneSurrogate = /\p{Surrogate}/u;

/** What a parsed value may hold that no reader should have to deal with. */
export interface Unsound {
  readonly path: readonly PropertyKey[];
  readonly fault: 'proto' | 'number' | 'surrogate';
}

/**
 * How many names the objects in a parsed value have; NaN if one of them is `__proto__`, or if there is a number that is not
 * finite. Runs for each request: no more than a walk.
 */
export function countSoundNames(value: unknown): number {
  if (typeof value === 'number') return Number.isFinite(value) ? 0 : Number.NaN;
  if (typeof value !== 'object' || value === null) return 0;
  let names = 0;
  if (Array.isArray(value)) {
    for (const each of value as unknown[]) names += countSoundNames(each);
    return names;
  }
  // Enumerates own fields only: what JSON.parse made inherits nothing that could be enumerated.
  for (const name in value) {
    if (name === proto) return Number.NaN;
    names += 1 + countSoundNames((value as Record<string, unknown>)[name]);
  }
  return names;
}

/** The first such fault, and halves of surrogate pairs as well. */
export function findUnsound(value: unknown, path: readonly PropertyKey[] = []): Unsound | undefined {
  if (typeof value === 'number' && !Number.isFinite(value)) return { path, fault: 'number' };
  if (typeof value === 'string' && loneSurrogate.test(value)) return { path, fault: 'surrogate' };
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [name, each] of Object.entries(value)) {
    const here = [...path, Array.isArray(value) ? Number(name) : name];
    if (name === proto) return { path: here, fault: 'proto' };
    if (loneSurrogate.test(name)) return { path: here, fault: 'surrogate' };
    const found = findUnsound(each, here);
    if (found) return found;
  }
  return undefined;
}
