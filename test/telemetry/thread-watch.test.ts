import { Worker } from 'node:worker_threads';

import { describe, expect, it } from '@jest/globals';

import { ThreadWatch } from '../../shared/telemetry/index.js';

describe('the watch of a thread', () => {
  it('tells the same again within a few seconds: of two who ask, one would never see the worst', () => {
    let now = 0;
    const watch = new ThreadWatch(() => now);
    const { loopDelaySeconds } = watch.figures();
    now = 4_999;
    expect(watch.figures().loopDelaySeconds).toBe(loopDelaySeconds);
    now = 5_000;
    expect(watch.figures().loopDelaySeconds).not.toBe(loopDelaySeconds);
    watch.stop();
  });

  it('knows its own thread: the delivery thread could run out of heap unseen', async () => {
    const module = new URL('../../shared/telemetry/thread-watch.js', import.meta.url).href;
    const worker = new Worker(
      `import(${JSON.stringify(module)}).then(({ ThreadWatch }) => {
         require('node:worker_threads').parentPort.postMessage(new ThreadWatch().figures());
       });`,
      { eval: true, resourceLimits: { maxOldGenerationSizeMb: 32, maxYoungGenerationSizeMb: 8 } },
    );
    const figures = await new Promise<ReturnType<ThreadWatch['figures']>>((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
    });
    await worker.terminate();
    expect(figures.heapLimitBytes).toBeLessThan(100 * 1024 ** 2);
    expect(figures.heapUsedBytes).toBeGreaterThan(0);
    expect(figures.heapUsedBytes).toBeLessThan(figures.heapLimitBytes);
    expect(figures.loopActiveSeconds).toBeGreaterThan(0);
    expect(figures.loopDelaySeconds).toEqual({ p50: 0, p99: 0, max: 0 });
  });
});
