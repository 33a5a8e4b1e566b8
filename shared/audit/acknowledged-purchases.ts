import type { BookEntry } from './types.js';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const capacityAtFirst = 1024;

/** A record: sequence and total as doubles, which hold every safe integer, the bytes of the id, the number of the currency. */
const at = { sequence: 0, total: 8, id: 16, currency: 32 } as const;
const recordBytes = 34;

/**
 * Purchases that customers were told are theirs, in sequence order, at 38 bytes for each: millions fit into memory, so that they may
 * come in any order. One that was told twice, as to a retry, is there once.
 */
export class AcknowledgedPurchases {
  #records = Buffer.alloc(capacityAtFirst * recordBytes);
  readonly #currencies: string[] = [];
  #sorted: Uint32Array | undefined;
  #count = 0;

  /** @throws RangeError for an id that is no UUID in lower case, or a sequence that no purchase has */
  add({ sequence, id, total, currency }: BookEntry): void {
    if (!uuid.test(id)) throw new RangeError(`${id} is no id of a purchase`);
    if (!Number.isSafeInteger(sequence) || sequence < 1) throw new RangeError(`${sequence} is no place in the log`);
    const start = this.#count * recordBytes;
    if (start === this.#records.length) this.#records = Buffer.concat([this.#records], start * 2);
    this.#records.writeDoubleLE(sequence, start + at.sequence);
    this.#records.writeDoubleLE(total, start + at.total);
    this.#records.write(id.replaceAll('-', ''), start + at.id, 'hex');
    this.#records.writeUInt16LE(this.#numberOf(currency), start + at.currency);
    this.#count += 1;
    this.#sorted = undefined;
  }

  get size(): number {
    return this.#inOrder().length;
  }

  /** In sequence order; undefined behind the last. */
  at(index: number): BookEntry | undefined {
    const place = this.#inOrder()[index];
    if (place === undefined) return undefined;
    const start = place * recordBytes;
    const hex = this.#records.toString('hex', start + at.id, start + at.currency);
    return {
      sequence: this.#sequenceAt(place),
      id: hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'),
      total: this.#records.readDoubleLE(start + at.total),
      currency: this.#currencies[this.#records.readUInt16LE(start + at.currency)] ?? '',
    };
  }

  #inOrder(): Uint32Array {
    if (this.#sorted) return this.#sorted;
    const places = Uint32Array.from({ length: this.#count }, (_, place) => place);
    places.sort((one, other) => this.#sequenceAt(one) - this.#sequenceAt(other) || this.#compareBytes(one, other));
    let before: number | undefined;
    this.#sorted = places.filter((place) => {
      const isNew = before === undefined || this.#compareBytes(place, before) !== 0;
      before = place;
      return isNew;
    });
    return this.#sorted;
  }

  #sequenceAt(place: number): number {
    return this.#records.readDoubleLE(place * recordBytes + at.sequence);
  }

  #compareBytes(one: number, other: number): number {
    const [start, otherStart] = [one * recordBytes, other * recordBytes];
    return this.#records.compare(this.#records, otherStart, otherStart + recordBytes, start, start + recordBytes);
  }

  #numberOf(currency: string): number {
    const number = this.#currencies.indexOf(currency);
    return number >= 0 ? number : this.#currencies.push(currency) - 1;
  }
}
