import { describe, expect, it } from '@jest/globals';

import { Faults } from '../../shared/receiver/faults.js';

/** Dice that fall as told, and then no more. */
function dice(...throws: number[]): () => number {
  return () => {
    const next = throws.shift();
    if (next === undefined) throw new Error('thrown too often');
    return next;
  };
}

const none = { latencyMs: 0, hang: false, failure: undefined, dropAfterCommit: false };

const body = Buffer.from('{"items":[{"sku":"POISON-1","quantity":1}]}');

describe('faults', () => {
  it('do nothing, and throw no dice, until someone sets them', () => {
    expect(new Faults(dice()).plan(body)).toEqual(none);
  });

  it('fail every delivery when a status stands alone', () => {
    const faults = new Faults(dice(0.999));
    faults.replace({ status: 503 });
    expect(faults.plan(body)).toEqual({ ...none, failure: { status: 503, retryAfterSeconds: undefined } });
  });

  it('fail as often as the rate says, and a rate of 0 never', () => {
    const faults = new Faults(dice(0.29, 0.3, 0));
    faults.replace({ status: 503, rate: 0.3, retryAfterSeconds: 2 });
    expect(faults.plan(body).failure).toEqual({ status: 503, retryAfterSeconds: 2 });
    expect(faults.plan(body).failure).toBeUndefined();
    faults.replace({ status: 503, rate: 0 });
    expect(faults.plan(body).failure).toBeUndefined();
  });

  it('throw the dice for hang, failure and drop apart from each other, in this order', () => {
    const faults = new Faults(dice(0, 0.9, 0));
    faults.replace({ status: 503, rate: 0.5, hangRate: 0.5, dropAfterCommitRate: 0.5, latencyMs: 20 });
    expect(faults.plan(body)).toEqual({ latencyMs: 20, hang: true, failure: undefined, dropAfterCommit: true });
  });

  it('fail the deliveries alone that hold a certain SKU, where one is named', () => {
    const faults = new Faults(dice(0));
    faults.replace({ status: 422, sku: 'POISON-1' });
    expect(faults.plan(body).failure).toEqual({ status: 422, retryAfterSeconds: undefined });
    for (const sku of ['POISON-', 'OISON-1', 'quantity', 'poison-1']) {
      faults.replace({ status: 422, sku });
      expect(faults.plan(body)).toEqual(none);
    }
  });

  it('are replaced as a whole, so that {} ends them all', () => {
    const faults = new Faults(dice());
    faults.replace({ status: 503, latencyMs: 5, hangRate: 1, dropAfterCommitRate: 1 });
    faults.replace({});
    expect(faults.plan(body)).toEqual(none);
  });
});
