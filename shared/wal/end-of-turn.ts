/** Resolves when all that the current turn of the event loop brought has been looked at. */
export function endOfTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
