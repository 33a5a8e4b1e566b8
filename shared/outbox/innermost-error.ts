const CAUSES_MAX = 5;

/** What of an error is looked at. By shape: an error may come from another realm, where it is no instance of our Error. */
export interface ErrorShape {
  readonly message?: unknown;
  readonly code?: unknown;
  readonly syscall?: unknown;
  readonly cause?: unknown;
  readonly errors?: unknown;
}

/**
 * What went wrong in the first place: what is thrown is often a wrapper. Of the several addresses a name was tried at, the
 * first speaks for all.
 */
export function innermostError(error: unknown): unknown {
  let found = error;
  let inner = innerError(found);
  for (let depth = 0; inner !== undefined && depth < CAUSES_MAX; depth += 1) {
    found = inner;
    inner = innerError(found);
  }
  return found;
}

export function isErrorShape(error: unknown): error is ErrorShape {
  return typeof error === 'object' && error !== null;
}

function innerError(error: unknown): unknown {
  if (!isErrorShape(error)) return undefined;
  return Array.isArray(error.errors) && error.errors.length > 0 ? (error.errors[0] as unknown) : error.cause;
}
