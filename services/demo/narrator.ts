import { LiveLine, wrap, type LiveStream, type Paint } from '../../shared/command-line/index.js';

const width = 78;
const indent = '   ';

/** Says what happens: titles and explanations that stay, results below them, and the live line under all of it. */
export class Narrator {
  readonly #line: LiveLine;
  readonly #paint: Paint;
  #steps = 0;

  constructor(stream: LiveStream, paint: Paint, plainIntervalMs: number) {
    this.#line = new LiveLine(stream, { plainIntervalMs });
    this.#paint = paint;
  }

  /** What comes now, and why one should look. */
  step(title: string, explanation: string): void {
    this.#steps += 1;
    this.#line.say(
      '',
      this.#paint.title(`${this.#steps}. ${title}`),
      ...this.#wrapped(explanation).map((line) => this.#paint.aside(line)),
    );
  }

  /** What came of it. */
  result(text: string): void {
    const [first = '', ...more] = wrap(text, width - indent.length - 2);
    const mark = this.#paint.good('►');
    this.#line.say(`${indent}${mark} ${first}`, ...more.map((line) => `${indent}  ${line}`));
  }

  plain(...lines: readonly string[]): void {
    this.#line.say(...lines);
  }

  live(text: string): void {
    this.#line.show(text);
  }

  end(): void {
    this.#line.end();
  }

  #wrapped(text: string): string[] {
    return wrap(text, width - indent.length).map((line) => indent + line);
  }
}
