/** What became of one row: a result for each turn, until it failed. */
export interface Row<Result> {
  readonly name: string;
  readonly title: string;
  readonly results: Result[];
  failure: string | undefined;
}

/** Rows that are measured in turns. One that fails is left out from then on; the others go on. */
export class Turns<Result> {
  readonly #rows = new Map<string, Row<Result>>();
  readonly #signal: AbortSignal;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  /** All of them, in the order in which they were first tried. */
  get rows(): Row<Result>[] {
    return [...this.#rows.values()];
  }

  /** Runs one step of a row, unless one of its steps has failed; a result is kept. @throws only when it is interrupted */
  async step({ name, title }: { name: string; title: string }, run: () => Promise<Result | undefined>): Promise<void> {
    const row = this.#rows.get(name) ?? { name, title, results: [], failure: undefined };
    this.#rows.set(name, row);
    if (row.failure !== undefined) return;
    this.#signal.throwIfAborted();
    try {
      const result = await run();
      if (result !== undefined) row.results.push(result);
    } catch (error) {
      // Whatever failed while it was interrupted failed because of that.
      this.#signal.throwIfAborted();
      row.failure = error instanceof Error ? error.message : String(error);
    }
  }
}
