import { problems, type Problem } from '../../http/index.js';

import type { ReceiverLog } from './types.js';

const retryAfterSeconds = 5;
const reason = 'The disk is full: deliveries are taken again when there is space.';

/**
 * What a receiver does while its disk is full: it asks senders to come back later, those that come and those that wait for an
 * answer already.
 */
export class FullDisk {
  readonly #log: ReceiverLog;
  readonly #waiting = new Set<(problem: Problem) => void>();
  #full = false;

  constructor(log: ReceiverLog) {
    this.#log = log;
  }

  /** Why deliveries cannot be taken now; undefined: they can. */
  get reason(): string | undefined {
    return this.#full ? reason : undefined;
  }

  /** To be told of each change. */
  changed(full: boolean): void {
    this.#full = full;
    if (full) {
      this.#log.warn({}, 'the disk is full: free some space; deliveries are refused until then, and none is lost');
      for (const refuse of this.#waiting) refuse(comeBack());
    } else {
      // As loud as its beginning: whoever reads warnings only would believe that it lasts.
      this.#log.warn({}, 'the disk has space again: deliveries are taken');
    }
  }

  /**
   * What `take` resolves with. On a full disk it rejects with a problem 503 instead, at once: what was begun by then waits for
   * space and is kept later, and the sender's next try finds it there.
   */
  async orComeBack<T>(take: () => Promise<T>): Promise<T> {
    if (this.#full) throw comeBack();
    let refuse: (problem: Problem) => void = () => undefined;
    const refused = new Promise<never>((_resolve, reject) => {
      refuse = reject;
    });
    this.#waiting.add(refuse);
    try {
      return await Promise.race([take(), refused]);
    } finally {
      this.#waiting.delete(refuse);
    }
  }
}

function comeBack(): Problem {
  return problems.notReady(reason, retryAfterSeconds);
}
