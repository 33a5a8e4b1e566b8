import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import type { Audited } from '../../shared/shop-client/shop-answers.js';
import { waitUntil } from '../../shared/shop-client/wait-until.js';

const main = fileURLToPath(new URL('../../services/load/main.js', import.meta.url));

/** `npm run load` after the build, as a process. */
export class LoadProcess {
  readonly #child: ChildProcess;
  readonly #file: string;
  readonly #ended: Promise<number | null>;
  #output = '';
  #errors = '';

  /** `file` gets what is acknowledged. */
  constructor(file: string, args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
    this.#file = file;
    this.#child = spawn(process.execPath, [main, '--acknowledged', file, ...args], {
      env: { PATH: process.env.PATH, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child.stdout?.on('data', (chunk: Buffer) => (this.#output += chunk.toString()));
    this.#child.stderr?.on('data', (chunk: Buffer) => (this.#errors += chunk.toString()));
    this.#ended = once(this.#child, 'close').then(([code]) => code as number | null);
  }

  /** The exit code, after all output. */
  get ended(): Promise<number | null> {
    return this.#ended;
  }

  get output(): string {
    return this.#output;
  }

  get errors(): string {
    return this.#errors;
  }

  get isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** What the file has, which may be while it is written. @throws if it has anything but whole lines */
  acknowledged(): Audited[] {
    const text = existsSync(this.#file) ? readFileSync(this.#file, 'utf8') : '';
    if (!/(^|\n)$/.test(text)) throw new Error(`the file ends in the middle of a line: ${text.slice(-200)}`);
    return text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Audited);
  }

  /** Returns once the file has so many more. @throws if the process ends before */
  async flow(more: number): Promise<void> {
    const target = this.acknowledged().length + more;
    await waitUntil(
      `${more} more are acknowledged`,
      () => Promise.resolve(this.acknowledged().length),
      (count) => count >= target || !this.isRunning,
      { explain: () => this.#errors },
    );
    if (!this.isRunning) throw new Error(`it has ended: ${this.#output}${this.#errors}`);
  }

  /** Returns once what it says to people passes. */
  async said(words: RegExp): Promise<void> {
    await waitUntil(
      `it says ${words.source}`,
      () => Promise.resolve(this.#errors),
      (errors) => words.test(errors),
    );
  }
}
