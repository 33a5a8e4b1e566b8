/** First in, first out, in constant time: an array shifts every item when the first one leaves, this moves an index. */
export class Fifo<T> {
  #items: (T | undefined)[] = [];
  #head = 0;

  get length(): number {
    return this.#items.length - this.#head;
  }

  push(item: T): void {
    this.#items.push(item);
  }

  /** The item that leaves next, or undefined when there is none. */
  peek(): T | undefined {
    return this.#items[this.#head];
  }

  shift(): T | undefined {
    if (this.length === 0) return undefined;
    const item = this.#items[this.#head];
    // So that what has left can be collected before the array is cut.
    this.#items[this.#head] = undefined;
    this.#head += 1;
    // Cutting only when half of it is gone keeps the cost per item constant.
    if (this.#head * 2 >= this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }

  /** Takes out the first item that matches. Looks at every item: for what people ask, not for every delivery. */
  remove(matches: (item: T) => boolean): T | undefined {
    const index = this.#items.findIndex((item, at) => at >= this.#head && item !== undefined && matches(item));
    return index === -1 ? undefined : this.#items.splice(index, 1)[0];
  }

  /** Takes out everything, in order. */
  drain(): T[] {
    const items = this.#items.slice(this.#head) as T[];
    this.#items = [];
    this.#head = 0;
    return items;
  }
}
