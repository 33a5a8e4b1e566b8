/*
 * The checkout's own app with one bare write and one fdatasync for each purchase, within bytes that are allocated: the least that an
 * acknowledgement on top of it has to wait for. For one purchase at a time; the next one waits until the file is synced. Takes the
 * port and the file as its arguments.
 */
import { open } from 'node:fs/promises';

import { encodeRecord } from '../../shared/purchase/index.js';
import { serveCheckout } from './serve-checkout.js';

const allocatedBytes = 1024 * 1024;
const [port, path = ''] = process.argv.slice(2);

const file = await open(path, 'w');
await file.write(Buffer.alloc(allocatedBytes), 0, allocatedBytes, 0);
await file.datasync();
let sequence = 0;
let position = 0;
let last: Promise<unknown> = Promise.resolve();

await serveCheckout((record) => {
  const bytes = encodeRecord(record);
  const kept = last.then(async () => {
    if (position + bytes.length > allocatedBytes) position = 0;
    await file.write(bytes, 0, bytes.length, position);
    await file.datasync();
    position += bytes.length;
    sequence += 1;
    return sequence;
  });
  last = kept;
  return kept;
}, Number(port));
