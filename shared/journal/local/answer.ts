/** What `work` returns, or throws, as a promise: whoever asks the database hears of its failure in one way. */
export function answer<T>(work: () => T | Promise<T>): Promise<T> {
  return new Promise((resolve) => {
    resolve(work());
  });
}
