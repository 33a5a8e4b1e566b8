import { Worker } from 'node:worker_threads';

import { afterEach, describe, expect, it } from '@jest/globals';

import { askLanes, type Lanes } from '../../../services/checkout/delivery/ask-lanes.js';
import { controlWorker } from '../../../services/checkout/delivery/delivery-control.js';
import { handResolved } from '../../support/hand-resolved.js';
import { sampleLaneStatus } from '../../support/sample-lane-status.js';

const lanes: Lanes = { warehouse: sampleLaneStatus };

describe('asking for the lanes', () => {
  let worker: Worker | undefined;
  afterEach(async () => {
    await worker?.terminate();
    worker = undefined;
  });

  it('gives what the delivery thread says', async () => {
    expect(await askLanes({ status: () => Promise.resolve(lanes) })()).toEqual(lanes);
  });

  it('comes to an end while the thread hangs inside a call, or nobody could see what is wrong just when something is', async () => {
    worker = new Worker(
      `require('node:worker_threads').parentPort.on('message', () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0))`,
      { eval: true },
    );
    expect(await askLanes(controlWorker(worker), 50)()).toBeUndefined();
  });

  it('says nothing when the thread has ended, instead of failing for whoever asks', async () => {
    worker = new Worker('process.exit(0)', { eval: true });
    expect(await askLanes(controlWorker(worker))()).toBeUndefined();
  });

  it('asks once for all who wait: a thread that hangs is not buried under questions', async () => {
    let asked = 0;
    const answered = handResolved();
    const ask = askLanes(
      {
        status: async () => {
          asked += 1;
          await answered.promise;
          return lanes;
        },
      },
      10,
    );
    for (let count = 0; count < 20; count += 1) expect(await ask()).toBeUndefined();
    expect(asked).toBe(1);
    answered.resolve();
    expect(await ask()).toEqual(lanes);
    await ask();
    expect(asked).toBe(2);
  });
});
