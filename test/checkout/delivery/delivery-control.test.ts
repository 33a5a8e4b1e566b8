import { Worker } from 'node:worker_threads';

import { describe, expect, it } from '@jest/globals';

import { controlWorker } from '../../../services/checkout/delivery/delivery-control.js';

/** A worker that answers `status`, refuses `pause`, and ends on `stop` without a word. */
const script = `
  const { parentPort } = require('node:worker_threads');
  parentPort.on('message', ({ id, method }) => {
    if (method === 'status') parentPort.postMessage({ id, result: { lane: id } });
    if (method === 'pause') parentPort.postMessage({ id, error: 'the disk is gone' });
    if (method === 'stop') process.exit(0);
  });
`;

describe('speaking to the delivery thread', () => {
  it('gives each call its own answer, or its own error', async () => {
    const worker = new Worker(script, { eval: true });
    const control = controlWorker(worker);
    const [first, second] = await Promise.all([control.status(), control.status()]);
    expect([first, second]).toEqual([{ lane: 1 }, { lane: 2 }]);
    await expect(control.pause('warehouse')).rejects.toThrow('the disk is gone');
    await worker.terminate();
  });

  it('leaves nobody waiting for ever when the thread ends', async () => {
    const control = controlWorker(new Worker(script, { eval: true }));
    await expect(control.stop(1)).rejects.toThrow('the delivery thread has ended');
    await expect(control.status()).rejects.toThrow('the delivery thread has ended');
  });
});
