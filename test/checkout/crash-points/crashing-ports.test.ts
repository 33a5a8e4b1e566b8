import { describe, expect, it } from '@jest/globals';

import { crashingAcceptPurchase } from '../../../services/checkout/crash-points/crashing-accept-purchase.js';
import { crashingDeliveryJournal } from '../../../services/checkout/crash-points/crashing-delivery-journal.js';
import { crashingTransport } from '../../../services/checkout/crash-points/crashing-transport.js';
import type { EpochMs, Sequence } from '../../../shared/journal/types.js';
import { Died, trialPoint } from '../../support/crash-trial.js';
import { MemoryJournal } from '../../support/memory-journal.js';
import { confirmed } from '../../support/sample-outcome.js';
import { samplePurchase } from '../../support/sample-purchase.js';
import { ScriptedTransport } from '../../support/scripted-transport.js';

const entries = [{ sequence: 1 as Sequence, id: 'id-1', key: 'alice', body: Buffer.from('{}') }];
const order = { customerId: 'alice', currency: 'GBP', items: [] };
const context = { caller: undefined, trace: undefined };

describe('the points around an acceptance', () => {
  it('let the purchase become durable, and no customer hear of it', async () => {
    const accepted: (string | undefined)[] = [];
    const accept = crashingAcceptPurchase((_order, { idempotencyKey }) => {
      accepted.push(idempotencyKey);
      const purchase = { sequence: 1 as Sequence, record: samplePurchase(1) };
      return Promise.resolve({ status: 'accepted', purchase });
    }, trialPoint('before-answer:2'));

    expect(await accept(order, { ...context, idempotencyKey: 'first' })).toMatchObject({ status: 'accepted' });
    await expect(accept(order, { ...context, idempotencyKey: 'second' })).rejects.toThrow(Died);
    expect(accepted).toEqual(['first', 'second']);
  });
});

describe('the points around a request', () => {
  it.each([
    ['before-send', []],
    ['after-send', [1]],
  ])('%s: the destination has heard of %j', async (name, heard) => {
    const transport = new ScriptedTransport();
    await expect(crashingTransport(transport, trialPoint(name)).send(entries)).rejects.toThrow(Died);
    expect(transport.sent).toEqual(heard);
  });

  it('are passed once for each request, and its answers go on', async () => {
    const transport = crashingTransport(new ScriptedTransport(), trialPoint('after-send:2'));
    expect(await transport.send(entries)).toMatchObject([{ status: 200 }]);
    await expect(transport.send(entries)).rejects.toThrow(Died);
  });

  it('close what they are around, or a stop would leave its connections', async () => {
    const transport = new ScriptedTransport();
    await crashingTransport(transport, trialPoint('after-send')).close();
    expect(transport.closed).toBe(1);
  });
});

describe('the points around the journal of deliveries', () => {
  it.each([
    ['before-settle', 0],
    ['after-settle', 1],
  ])('%s: %d outcomes are on record', async (name, recorded) => {
    const journal = new MemoryJournal();
    journal.store.append(1);
    await expect(crashingDeliveryJournal(journal, trialPoint(name)).settle('w', [confirmed(1)])).rejects.toThrow(Died);
    expect(journal.settles).toHaveLength(recorded);
  });

  it('after-project comes once for each batch in the database, before any lane hears of it', () => {
    const journal = new MemoryJournal();
    const crashing = crashingDeliveryJournal(journal, trialPoint('after-project:2'));
    let heard = 0;
    for (const destination of ['warehouse', 'finance']) crashing.onReadable(() => (heard += destination.length));
    journal.store.append(1);
    expect(heard).toBe('warehousefinance'.length);
    expect(() => {
      journal.store.append(1);
    }).toThrow(Died);
    expect(heard).toBe('warehousefinance'.length);
  });

  it('hand on everything else, or a lane would not find what is on record', async () => {
    const journal = new MemoryJournal();
    journal.store.append(2);
    const crashing = crashingDeliveryJournal(journal, trialPoint('before-settle:2'));
    await crashing.settle('w', [confirmed(1)]);
    await crashing.setPaused('w', true, { at: 1 as EpochMs, why: 'stock-taking' });

    expect(journal.store.decisions).toMatchObject([{ what: 'pause', why: 'stock-taking' }]);
    expect(await crashing.openLane('w')).toMatchObject({ cursor: 1, paused: true });
    expect(await crashing.read(1 as Sequence, 5)).toMatchObject([{ sequence: 2 }]);
    expect(await crashing.readEntry(2 as Sequence)).toMatchObject({ id: 'id-2' });
    expect(await crashing.outcome('w', 1 as Sequence)).toMatchObject({ state: 'confirmed' });
    expect(await crashing.parked('w', 0 as Sequence, 5)).toEqual([]);
    expect(await crashing.readOrdered('w', 1 as Sequence, 5)).toMatchObject({ entries: [{ sequence: 2 }] });
    expect(await crashing.wouldRelease('w', 1 as Sequence)).toBe(false);
  });
});
