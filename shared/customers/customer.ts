import { seededRandom } from './seeded-random.js';

export interface Customer {
  readonly id: string;
  /** What they always pay in. */
  readonly currency: Currency;
}

const homes = ['GBP', 'GBP', 'GBP', 'GBP', 'EUR', 'EUR', 'EUR', 'USD', 'USD', 'JPY'] as const;

export type Currency = (typeof homes)[number];

/** The customer with this number: the same in every run, so that whoever comes back pays as before. */
export function customerNumbered(number: number): Customer {
  const home = Math.floor(seededRandom(number)() * homes.length);
  return { id: `customer-${number}`, currency: homes[home] ?? homes[0] };
}
