import { Worker } from 'node:worker_threads';

import { JournalFailedError } from '../../../shared/journal/index.js';
import type { DeliveryThreadOptions } from './compose.js';
import { controlWorker, type DeliveryControl } from './delivery-control.js';

/** The worker that projects, delivers, settles and prunes. */
export class DeliveryThread {
  /** Rejects when the thread dies of an error. Never resolves. */
  readonly failed: Promise<never>;
  /** Resolves when the thread has ended, in whatever way. */
  readonly ended: Promise<void>;
  readonly #options: Omit<DeliveryThreadOptions, 'port'>;
  #fail!: (error: Error) => void;
  #end!: () => void;
  #control: DeliveryControl | undefined;

  constructor(options: Omit<DeliveryThreadOptions, 'port'>) {
    this.#options = options;
    this.failed = new Promise((_resolve, reject) => {
      this.#fail = reject;
    });
    this.failed.catch(() => undefined);
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  /** Starts it with its end of the journal's link. */
  start(port: DeliveryThreadOptions['port']): void {
    const options: DeliveryThreadOptions = { ...this.#options, port };
    const worker = new Worker(new URL('./main.js', import.meta.url), {
      workerData: options,
      transferList: [port],
    });
    worker.once('error', (error) => {
      this.#fail(new JournalFailedError('failed', `the delivery thread failed: ${error.message}`, { cause: error }));
    });
    worker.once('exit', this.#end);
    this.#control = controlWorker(worker);
  }

  /** How to speak to it, once it has been started. */
  control(): DeliveryControl {
    if (!this.#control) throw new Error('the delivery thread was not started');
    return this.#control;
  }
}
