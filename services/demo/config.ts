/** Whether text may be coloured (https://no-color.org). */
export function mayColour(
  isTerminal: boolean,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): boolean {
  const { NO_COLOR, TERM } = environment;
  return isTerminal && (NO_COLOR === undefined || NO_COLOR === '') && TERM !== 'dumb';
}
