const lengthMax = 512;
const membersMax = 32;
/** Those beyond this are the first to go where there is too much, as the Recommendation has it. */
const memberLengthKept = 128;

/** `key=value`, both as section 3.3.1.3 there has them; a key of level 1, `tenant@system`, is one of level 2 too. */
const memberForm =
  /^([a-z0-9][a-z0-9_\-*/@]{0,255})=[\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,255}[\x21-\x2b\x2d-\x3c\x3e-\x7e]$/;

/**
 * What is sent on of a `tracestate` header, several of which were joined by commas: its members as they are, at most 512 characters
 * in all. Where there is more, long members are left out first, then the last, which are the oldest. Undefined if it cannot be read,
 * or if nothing is left: a trace goes on without.
 */
export function readTracestate(header: string): string | undefined {
  const members = header
    .split(',')
    .map((member) => member.trim())
    .filter((member) => member !== '');
  const keys = new Set(members.map((member) => memberForm.exec(member)?.[1]));
  // Fewer keys than members: one stands there twice.
  if (members.length > membersMax || keys.has(undefined) || keys.size < members.length) return undefined;
  const kept = shortened(members);
  return kept.length === 0 ? undefined : kept.join(',');
}

function shortened(members: readonly string[]): readonly string[] {
  if (lengthOf(members) <= lengthMax) return members;
  const kept = members.filter(({ length }) => length <= memberLengthKept);
  while (lengthOf(kept) > lengthMax) kept.pop();
  return kept;
}

function lengthOf(members: readonly string[]): number {
  return members.reduce((sum, { length }) => sum + length + 1, -1);
}
