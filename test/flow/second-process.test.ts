import { describe, expect, it } from '@jest/globals';

import { exitNeedsPerson } from '../../shared/http/index.js';
import { freePort } from '../../shared/shop-processes/free-port.js';
import { ServiceProcess } from '../../shared/shop-processes/service-process.js';
import { Shop } from '../../shared/shop-processes/shop.js';

describe('a second checkout on the same data', () => {
  it('is refused with the directory named, while the first goes on selling', async () => {
    const shop = await Shop.open();
    const { dataDirectory } = shop.checkout;
    const second = await ServiceProcess.prepare({
      name: 'checkout',
      dataDirectory,
      environment: { DEMO: '1', DESTINATIONS: `nowhere=http://127.0.0.1:${await freePort()}/events` },
    });
    try {
      second.launch();

      expect(await second.ended()).toEqual({ code: exitNeedsPerson, signal: null });
      expect(second.output).toContain(dataDirectory);
      expect((await shop.buy()).sequence).toBe(1);
      await shop.untilAllConfirmed();
    } finally {
      await second.kill();
      await shop.close();
    }
  });
});
