import { describe, expect, it } from '@jest/globals';

import { benchOf, destination } from '../support/dispatcher-bench.js';
import { settled } from '../support/manual-clock.js';
import { each, hang, none, ok, status } from '../support/scripted-transport.js';

describe('delivering', () => {
  it('sends every entry once to every destination and records that it was confirmed', async () => {
    const { dispatcher, store, transport } = benchOf([destination('warehouse'), destination('finance')]);
    store.append(2_000);
    await dispatcher.start();
    await settled();
    store.append(500);
    await settled();
    await settled();

    for (const name of ['warehouse', 'finance']) {
      expect(store.mark(name)).toBe(2_500);
      expect(transport(name).sent).toHaveLength(2_500);
      expect(new Set(transport(name).sent).size).toBe(2_500);
    }
    await dispatcher.stop(1_000);
    expect(transport('warehouse').closed).toBe(1);
  });

  it('keeps one destination going while another hangs', async () => {
    const { dispatcher, store, transport } = benchOf([destination('warehouse'), destination('finance')]);
    transport('finance').script = hang;
    store.append(2_000);
    await dispatcher.start();
    await settled();
    await settled();

    expect(store.mark('warehouse')).toBe(2_000);
    expect(store.mark('finance')).toBe(0);
    expect(transport('finance').open).toHaveLength(32);
    expect(dispatcher.status()).toMatchObject({ finance: { inFlight: 32, held: 512 }, warehouse: { held: 0 } });
  });

  it('parks a refused entry at once and lets the others pass', async () => {
    const { dispatcher, store, transport } = benchOf([destination('warehouse')]);
    transport('warehouse').script = each((sequence) => (sequence === 3 ? status(422, 'no such SKU') : ok));
    store.append(10);
    await dispatcher.start();
    await settled();

    expect(store.states('warehouse')).toEqual({ confirmed: 9, parked: 1 });
    expect(store.outcome('warehouse', 3)).toMatchObject({
      attempts: 1,
      error: '422 Unprocessable Entity: no such SKU',
    });
    expect(store.mark('warehouse')).toBe(2);
  });

  it('tries again after an outage of any length and loses nothing', async () => {
    const { dispatcher, store, transport, clock } = benchOf([destination('warehouse')]);
    transport('warehouse').script = each(() => none());
    store.append(1);
    await dispatcher.start();
    await clock.advance(600_000);
    expect(store.outcome('warehouse', 1)).toMatchObject({ state: 'retrying', attemptsCounted: 0 });

    transport('warehouse').script = each(() => ok);
    await clock.advance(10_000);
    expect(store.outcome('warehouse', 1)).toMatchObject({ state: 'confirmed' });
  });
});
