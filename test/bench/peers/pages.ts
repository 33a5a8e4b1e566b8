import { setTimeout as sleep } from 'node:timers/promises';

const idleMs = 50;
const afterFailureMs = 500;

/** Delivers one page of what is there; resolves with false when nothing was. */
export type DeliverPage = () => Promise<boolean>;

/** Page after page until it is stopped, several at a time, so that one is posted while another is fetched or marked as done. */
export class Pages {
  readonly #deliverPage: DeliverPage;
  readonly #atATime: number;
  #stopped = false;
  #loops: Promise<void>[] = [];

  constructor(atATime: number, deliverPage: DeliverPage) {
    this.#atATime = atATime;
    this.#deliverPage = deliverPage;
  }

  start(): void {
    this.#loops = Array.from({ length: this.#atATime }, () => this.#loop());
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#loops);
  }

  async #loop(): Promise<void> {
    while (!this.#stopped) {
      try {
        if (!(await this.#deliverPage())) await sleep(idleMs);
      } catch (error) {
        process.stderr.write(`a page is tried again: ${String(error)}\n`);
        await sleep(afterFailureMs);
      }
    }
  }
}
