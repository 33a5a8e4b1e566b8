export { fillCart, nextOrder } from './carts.js';
export { customerNumbered, type Customer } from './customer.js';
export { createPace, type Pace } from './pace.js';
export { PurchaseStream, type Acknowledged } from './purchase-stream.js';
export { anySeed, createRandom, type Random } from './random.js';
export { seededRandom } from './seeded-random.js';
