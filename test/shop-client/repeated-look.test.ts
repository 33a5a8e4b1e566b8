import { describe, expect, it } from '@jest/globals';

import { RepeatedLook } from '../../shared/shop-client/repeated-look.js';
import { waitUntil } from '../../shared/shop-client/wait-until.js';

describe('a repeated look', () => {
  it('goes on until it is stopped, and not after that', async () => {
    let looks = 0;
    const look = new RepeatedLook(1, () => {
      looks += 1;
      return Promise.resolve();
    });
    await waitUntil(
      'three looks',
      () => Promise.resolve(looks),
      (seen) => seen >= 3,
    );
    await look.stop();
    const seen = looks;
    await look.stop();
    expect(looks).toBe(seen);
  });

  it('does not wait for its pause to be over when it is stopped, but for the look under way', async () => {
    let finish: () => void = () => undefined;
    let done = false;
    const look = new RepeatedLook(1_000_000_000, async () => {
      await new Promise<void>((resolve) => (finish = resolve));
      done = true;
    });
    const stopped = look.stop();
    finish();
    await stopped;
    expect(done).toBe(true);
  });

  it('ends with what went wrong, which whoever stops it is told', async () => {
    let looks = 0;
    const look = new RepeatedLook(0, () => {
      looks += 1;
      return Promise.reject(new Error('no sight'));
    });
    await expect(look.stop()).rejects.toThrow('no sight');
    expect(looks).toBe(1);
  });
});
