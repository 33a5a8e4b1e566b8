import { cp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';

import { exitNeedsPerson } from '../../shared/http/index.js';
import { Shop } from '../../shared/shop-processes/shop.js';
import { anOrder } from '../../shared/shop-client/shop-client.js';

/** Small segments, so that what is confirmed is pruned. */
const options = { checkout: { SEGMENT_BYTES: '1024' } };
const database = ['', '-wal', '-shm'].map((ending) => `checkout.sqlite${ending}`);

async function removeDatabase({ checkout }: Shop): Promise<void> {
  for (const name of database) await rm(join(checkout.dataDirectory, name), { force: true });
}

/** Has purchases confirmed until the log no longer holds the first of them; their ids. */
async function sellUntilPruned(shop: Shop): Promise<string[]> {
  const ids: string[] = [];
  for (;;) {
    const purchase = await shop.buy(anOrder, `key-${ids.length + 1}`);
    ids.push(purchase.id);
    const { log } = await shop.untilAllConfirmed();
    if (log.firstSequence > 3) return ids;
  }
}

describe('a checkout whose database is lost', () => {
  it('sells on, books nothing twice, and says at each start and to each who asks what is not known any more', async () => {
    const shop = await Shop.open(options);
    try {
      const ids = await sellUntilPruned(shop);
      await shop.checkout.kill();
      await removeDatabase(shop);
      for (let start = 1; start <= 2; start += 1) {
        await shop.checkout.start();
        const { recovery } = await shop.untilAllConfirmed();
        expect(recovery.unknownBefore).toBeGreaterThan(0);
        const said = `purchases up to entry ${recovery.unknownBefore} are not known any more`;
        expect(shop.checkout.output.split(said)).toHaveLength(start + 1);
        if (start === 1) await shop.checkout.kill();
      }
      const response = await fetch(`${shop.checkout.url}/purchases/${ids[0]!}`);
      expect(response.status).toBe(404);
      expect(await response.json()).toMatchObject({ detail: expect.stringContaining('not known any more') });

      const next = await shop.buy();
      expect(next.sequence).toBe(ids.length + 1);
      await shop.untilAllConfirmed();
      expect(await shop.warehouseSummary()).toMatchObject({ purchases: ids.length + 1 });
      expect(await shop.financeSummary()).toMatchObject({ purchases: ids.length + 1, balanced: true });
    } finally {
      await shop.close();
    }
  }, 60_000);
});

describe('a checkout whose database was restored from a copy that is too old', () => {
  it('does not open, names the purchases that are missing and the ways out, and is not started for ever', async () => {
    const shop = await Shop.open(options);
    try {
      await shop.buy();
      await shop.untilAllConfirmed();
      const { dataDirectory } = shop.checkout;
      const copy = `${dataDirectory}-copy`;
      await shop.checkout.kill();
      await cp(dataDirectory, copy, { recursive: true });
      await shop.checkout.start();
      await shop.buy();
      await sellUntilPruned(shop);
      await shop.checkout.kill();
      await removeDatabase(shop);
      const names = await readdir(copy);
      for (const name of database.filter((name) => names.includes(name) && !name.endsWith('-shm'))) {
        await cp(join(copy, name), join(dataDirectory, name));
      }

      shop.checkout.launch();
      expect(await shop.checkout.ended()).toEqual({ code: exitNeedsPerson, signal: null });
      expect(shop.checkout.output).toMatch(/entries 2 to \d+ are in neither/);
      expect(shop.checkout.output).toContain(`${join(dataDirectory, 'checkout.sqlite')} holds entries up to 1 of log`);
      expect(shop.checkout.output).toContain('move the database away');
    } finally {
      await shop.close();
    }
  }, 60_000);
});
