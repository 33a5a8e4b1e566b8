const plainIntervalMs = 10_000;
const columnsWhereUnknown = 80;
const eraseLine = '\r\u001b[K';

/** Where a live line is drawn: standard output or standard error. */
export interface LiveStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/**
 * One line that changes, below lines that stay. On a terminal it is drawn over itself, cut to the width; elsewhere it is a plain
 * line every ten seconds, or as often as one asks.
 */
export class LiveLine {
  readonly #stream: LiveStream;
  readonly #plainIntervalMs: number;
  readonly #now: () => number;
  #shown = '';
  #plainAt: number | undefined;

  constructor(stream: LiveStream, options: { plainIntervalMs?: number; now?: () => number } = {}) {
    this.#stream = stream;
    this.#plainIntervalMs = options.plainIntervalMs ?? plainIntervalMs;
    this.#now = options.now ?? (() => performance.now());
  }

  /** Draws it as it is now. */
  show(text: string): void {
    if (this.#stream.isTTY === true) {
      this.#shown = text.slice(0, this.#width - 1);
      this.#stream.write(eraseLine + this.#shown);
      return;
    }
    const now = this.#now();
    this.#plainAt ??= now;
    if (now - this.#plainAt < this.#plainIntervalMs) return;
    this.#plainAt = now;
    this.#stream.write(`${text}\n`);
  }

  /** Lines that stay; the live one goes on below them. */
  say(...lines: readonly string[]): void {
    const text = lines.map((line) => `${line}\n`).join('');
    this.#stream.write(this.#shown === '' ? text : eraseLine + text + this.#shown);
  }

  /** Takes the live line away. */
  end(): void {
    if (this.#shown !== '') this.#stream.write(eraseLine);
    this.#shown = '';
  }

  /** A pseudo-terminal that nobody has told its size says 0. */
  get #width(): number {
    const { columns = 0 } = this.#stream;
    return columns > 0 ? columns : columnsWhereUnknown;
  }
}
