import { createServer } from 'node:net';

import { afterEach, describe, expect, it } from '@jest/globals';

import type { ServiceName } from '../../shared/shop-client/service-names.js';
import { exitNeedsPerson } from '../../shared/http/index.js';
import { StartedShop } from '../support/started-shop.js';

const services: readonly ServiceName[] = ['checkout', 'warehouse', 'finance'];

describe('npm start', () => {
  let shop: StartedShop;
  afterEach(() => shop.close());

  const untilNothingIsLeft = () => Promise.all(services.map((name) => shop.untilPortIsFree(name)));

  it('sells as soon as it has printed where to buy', async () => {
    shop = await StartedShop.launch();
    await shop.untilWelcome();
    await shop.buy();

    const { log } = await shop.untilAllConfirmed();
    expect(log.lowWaterMark).toBe(1);
    for (const name of services) expect(shop.output).toContain(`http://127.0.0.1:${shop.ports[name]}`);
  });

  it.each(services)('starts the %s again when it is killed, with what it had', async (name) => {
    shop = await StartedShop.launch();
    await shop.untilWelcome();
    const { id } = await shop.buy();
    await shop.untilAllConfirmed();
    const killed = shop.processId(name);
    process.kill(killed, 'SIGKILL');

    await shop.waitUntil(
      `another ${name} runs`,
      () => Promise.resolve(shop.processId(name)),
      (pid) => pid !== killed,
    );
    await shop.waitUntil(
      'the next purchase is taken',
      () => shop.post(),
      ({ status }) => status === 201,
    );
    await shop.untilAllConfirmed();
    expect(await shop.purchase(id)).toMatchObject({ id, status: 'confirmed' });
    expect(await shop.warehouseSummary()).toMatchObject({ purchases: 2 });
    expect(await shop.financeSummary()).toMatchObject({ purchases: 2 });
  });

  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('stops all three on %s, and exits with 0', async (signal) => {
    shop = await StartedShop.launch();
    await shop.untilWelcome();
    shop.signal(signal);

    expect(await shop.ended()).toEqual({ code: 0, signal: null });
    await untilNothingIsLeft();
  });

  it('stops all three when it is asked to before they are up', async () => {
    shop = await StartedShop.launch();
    await shop.waitUntil(
      'one of them runs',
      () => Promise.resolve(shop.output),
      (output) => output !== '',
    );
    shop.signal('SIGTERM');

    expect(await shop.ended()).toEqual({ code: 0, signal: null });
    await untilNothingIsLeft();
  });

  it('leaves nothing running when it is killed without a word', async () => {
    shop = await StartedShop.launch();
    await shop.untilWelcome();
    shop.signal('SIGKILL');

    expect(await shop.ended()).toEqual({ code: null, signal: 'SIGKILL' });
    await untilNothingIsLeft();
  });

  it('stops everything, and says why, when a service cannot start as it is set up', async () => {
    shop = await StartedShop.launch({ WEBHOOK_SECRET: 'short' });

    expect(await shop.ended()).toEqual({ code: exitNeedsPerson, signal: null });
    expect(shop.output).toContain('WEBHOOK_SECRET must be');
    await untilNothingIsLeft();
  });

  it('does not fight over a port that is taken', async () => {
    const taken = createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => {
      taken.listen(0, '127.0.0.1', resolve);
    });
    const { port } = taken.address() as { port: number };
    try {
      shop = await StartedShop.launch({ FINANCE_PORT: String(port) });

      expect(await shop.ended()).toEqual({ code: exitNeedsPerson, signal: null });
      expect(shop.output).toContain(`127.0.0.1:${port}: EADDRINUSE`);
    } finally {
      await new Promise((resolve) => taken.close(resolve));
    }
  });
});
