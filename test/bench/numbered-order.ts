import { createRandom, nextOrder } from '../../shared/customers/index.js';
import type { Order } from '../../shared/purchase/index.js';

const different = 4096;
const seed = 20;

/** What the customers of a backlog bought: some thousands of carts, over and over, the same in every run. */
export function numberedOrders(): (number: number) => Order {
  const random = createRandom(seed);
  const orders = Array.from({ length: different }, () => nextOrder(random));
  return (number) => orders[number % different]!;
}
