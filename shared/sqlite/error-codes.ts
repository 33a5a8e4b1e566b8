/** The codes of an error and of what caused it. They go by the field, as `sqliteErrorCode` does. */
export function errorCodes(error: unknown): string[] {
  const codes: string[] = [];
  for (let each = error; typeof each === 'object' && each !== null; each = 'cause' in each ? each.cause : undefined) {
    if ('code' in each && typeof each.code === 'string') codes.push(each.code);
  }
  return codes;
}
