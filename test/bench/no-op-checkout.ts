import { encodeRecord } from '../../shared/purchase/index.js';
import { serveCheckout } from './serve-checkout.js';

/*
 * The checkout's own app on a journal that forgets: what `POST /checkout` costs without the log. Takes the port as its argument.
 */
let sequence = 0;

await serveCheckout((record) => {
  // Encoding is not part of what the log costs: both sides do it.
  encodeRecord(record);
  sequence += 1;
  return Promise.resolve(sequence);
}, Number(process.argv[2]));
