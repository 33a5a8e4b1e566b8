/*
 * What each peer must do for a comparison to mean anything: hand on everything that it said it kept, to both receivers, again where
 * one did not confirm, and have nothing left in the end. A peer whose server is not installed is left out.
 */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import type { PurchaseRecord } from '../../../shared/purchase/index.js';
import { receivers, waitUntil, type ReceiverName } from '../../../shared/shop-client/index.js';
import { Closers } from './closers.js';
import { openField, type OpenedField } from './open-field.js';
import { roster } from './roster.js';
import { serverOf } from './surroundings.js';
import type { Kept, Posts } from './types.js';

const purchases = 250;

const recordOf = (index: number): PurchaseRecord => ({
  purchase: {
    ...{ id: `purchase-${index}`, customerId: 'alice', currency: 'GBP', acceptedAt: '2026-01-01T00:00:00.000Z' },
    items: [{ sku: 'BOOK-1', quantity: index, unitPrice: 1250 }],
    total: 1250 * index,
  },
  destinations: receivers,
});

/** Receivers in memory. Finance refuses the first request that it gets. */
function fakePosts() {
  const held: Record<ReceiverName, Map<string, Kept>> = { warehouse: new Map(), finance: new Map() };
  let refused = false;
  const posts: Posts = {
    to(receiver, sent) {
      if (receiver === 'finance' && !refused) {
        refused = true;
        return Promise.reject(new Error('finance refuses its first request'));
      }
      for (const kept of sent) held[receiver].set(kept.record.purchase.id, kept);
      return Promise.resolve();
    },
    close: () => Promise.resolve(),
  };
  return { posts, held };
}

void describe('a peer', () => {
  const closers = new Closers();
  let field: OpenedField;

  before(async () => {
    const directory = await mkdtemp(join(tmpdir(), 'peers-test-'));
    closers.add(() => rm(directory, { recursive: true }));
    field = await openField(roster, directory, closers, new AbortController().signal);
    assert.deepEqual(
      field.missing.filter(({ failed }) => failed),
      [],
    );
  });
  after(() => closers.close());

  for (const entrant of roster) {
    for (const together of entrant.takesMany ? [1, 100] : [1]) {
      void test(`${entrant.name} delivers all that it kept, ${together} in a request`, async (t) => {
        if (!field.entrants.includes(entrant)) {
          t.skip(`${entrant.server} is not installed`);
          return;
        }
        const peer = await entrant.load();
        const address = await serverOf(field, entrant).place('test');
        const store = await peer.openStore(address);
        const records = Array.from({ length: purchases }, (_, index) => recordOf(index + 1));
        const sequences = await Promise.all(records.map((record) => store.keep(record)));
        await store.close();
        assert.deepEqual(
          new Set(sequences),
          new Set(records.map((_, index) => index + 1)),
          'each has a place of its own: 1, 2, 3 …',
        );

        const { posts, held } = fakePosts();
        const delivery = await peer.openDelivery(address, posts, together);
        delivery.start();
        const counts = () => Promise.resolve(receivers.map((name) => held[name].size));
        await waitUntil('both hold all', counts, (sizes) => sizes.every((size) => size === purchases));
        await delivery.stop();
        assert.equal(await delivery.remaining(), 0, 'all is marked as done');
        await delivery.close();

        for (const [index, record] of records.entries()) {
          const kept = held.finance.get(record.purchase.id);
          assert.deepEqual(kept, { sequence: sequences[index], record }, 'handed on as it was kept');
        }
      });
    }
  }
});
