import { SHARE_ENV, Worker } from 'node:worker_threads';

import type { DeliveryThreadOptions } from './compose.js';
import { controlWorker, DeliveryThreadGoneError, type DeliveryControl } from './delivery-control.js';

/**
 * The worker that projects, delivers, settles and prunes.
 *
 * - **loading**: from the constructor on; it loads its modules and waits.
 * - **open**: from `open` on; it has been told what to work on.
 * - **ended**: after `control.stop`, or because it failed.
 */
export class DeliveryThread {
  /** Rejects when the thread fails. Never resolves. */
  readonly failed: Promise<never>;
  /** Resolves when the thread has ended, in whatever way. */
  readonly ended: Promise<void>;
  /** How to speak to it, once it is open. */
  readonly control: DeliveryControl;
  readonly #worker: Worker;

  constructor() {
    // By default a thread gets a copy of all variables, and so of every secret in them; this one reads none.
    const worker = new Worker(new URL('./main.js', import.meta.url), { env: SHARE_ENV });
    this.#worker = worker;
    this.control = controlWorker(worker);
    this.failed = new Promise((_resolve, reject) => {
      worker.once('error', (error) => {
        reject(new DeliveryThreadGoneError(`the delivery thread failed: ${error.message}`, { cause: error }));
      });
    });
    // Whoever waits hears of it; nobody waiting yet is no crash.
    this.failed.catch(() => undefined);
    this.ended = new Promise((resolve) => {
      worker.once('exit', () => {
        resolve();
      });
    });
  }

  open(options: DeliveryThreadOptions): void {
    this.#worker.postMessage(options, [options.port]);
  }
}
