/** Someone asked for something that there is not; the message says what to do. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
