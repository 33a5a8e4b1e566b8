import { readableBytes } from '../../shared/command-line/index.js';

interface ProgressStream {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

const quietMs = 1000;
const intervalMs = 500;

/**
 * Tells how far long work is: nothing in the first second, then the share and the rate, twice a second. On a terminal it writes
 * over its own line, and takes it away at the end; elsewhere it tells only if it is asked to, and once more at the end.
 */
export class Progress {
  readonly #stream: ProgressStream;
  readonly #asked: boolean;
  readonly #what: string;
  readonly #total: number;
  readonly #startedAt = performance.now();
  #done = 0;
  #toldAt = this.#startedAt + quietMs - intervalMs;
  #shown = false;
  #endedAt: number | undefined;

  constructor(options: { stream: ProgressStream; asked: boolean; what: string; total: number }) {
    this.#stream = options.stream;
    this.#asked = options.asked;
    this.#what = options.what;
    this.#total = options.total;
  }

  /** Tells that so many more bytes are done. */
  add(bytes: number): void {
    this.#done += bytes;
    const now = performance.now();
    if (now - this.#toldAt < intervalMs) return;
    this.#toldAt = now;
    const percent = this.#total > 0 ? Math.min(100, Math.floor((100 * this.#done) / this.#total)) : 100;
    this.#tell(`${this.#what}: ${percent} % of ${readableBytes(this.#total)}, ${this.rate()}`);
  }

  /** The work is done: time stands still. */
  end(): void {
    this.#endedAt ??= performance.now();
    if (this.#stream.isTTY === true && this.#shown) this.#stream.write('\r\x1b[K');
    else if (this.#asked && this.#stream.isTTY !== true) {
      this.#tell(`${this.#what}: done, ${readableBytes(this.#done)}, ${this.rate()}`);
    }
  }

  get seconds(): number {
    return ((this.#endedAt ?? performance.now()) - this.#startedAt) / 1000;
  }

  /** Of what is done so far or, behind the end, of all that was looked at: space without entries is read as well. */
  rate(bytes = this.#done): string {
    return `${readableBytes(bytes / Math.max(this.seconds, 0.001))}/s`;
  }

  #tell(text: string): void {
    if (this.#stream.isTTY === true) this.#stream.write(`\r\x1b[K${text}`);
    else if (this.#asked) this.#stream.write(`${text}\n`);
    this.#shown = true;
  }
}
