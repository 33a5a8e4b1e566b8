/** The books cannot be read: nobody answers for long, or not as a shop does. The message says what to do. */
export class CannotAuditError extends Error {
  override readonly name = 'CannotAuditError';
}
