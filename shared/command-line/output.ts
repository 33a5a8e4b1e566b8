import type { Writable } from 'node:stream';

/** Where results go. What reads them may stop reading, as `head` does: then there is nothing more to do. */
export class Output {
  readonly #stream: Writable;

  /** `onClosed` is called when nobody reads any more. */
  constructor(stream: Writable, onClosed: () => void) {
    this.#stream = stream;
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      onClosed();
    });
  }

  /** Resolves when there is room for more, so that a slow reader is not buried. */
  async write(text: string): Promise<void> {
    if (text === '' || this.#stream.write(text)) return;
    await new Promise<void>((resolve) => this.#stream.once('drain', resolve));
  }

  async lines(...lines: readonly string[]): Promise<void> {
    await this.write(lines.map((line) => `${line}\n`).join(''));
  }
}
