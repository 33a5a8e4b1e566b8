import type { Answer, Post, Purchase, Told } from '../../services/load/types.js';
import { orderTotal } from '../../shared/purchase/index.js';

export const noAnswer: Answer = {
  ...{ kind: 'again', why: 'no answer: connection cut', mayBeWritten: true, down: true, retryAfterMs: undefined },
};
export const refused: Answer = {
  ...{ kind: 'again', why: '503 overloaded', mayBeWritten: false, down: false, retryAfterMs: 1_000 },
};

/** A checkout in memory that sells as it should, unless a test says otherwise. */
export class ScriptedCheckout {
  /** The keys of all tries, in order. */
  readonly tries: string[] = [];
  /** Called with each try, its number among those of its key, from 1, and what a right checkout does. */
  script: (purchase: Purchase, tryNumber: number, sell: () => Answer) => Answer = (_purchase, _number, sell) => sell();
  readonly #made = new Map<string, Told>();
  #sequence = 0;

  readonly post: Post = (purchase) => {
    this.tries.push(purchase.key);
    const tryNumber = this.tries.filter((key) => key === purchase.key).length;
    return Promise.resolve(this.script(purchase, tryNumber, () => this.sell(purchase)));
  };

  sell({ key, order }: Purchase): Answer {
    const there = this.#made.get(key);
    if (there !== undefined) return { kind: 'accepted', told: there, replayed: true };
    this.#sequence += 1;
    const { currency, items } = order;
    const told = { sequence: this.#sequence, id: `id-${this.#sequence}`, total: orderTotal(items), currency };
    this.#made.set(key, told);
    return { kind: 'accepted', told, replayed: false };
  }
}
