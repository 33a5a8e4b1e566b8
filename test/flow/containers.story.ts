import { randomBytes } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { ServiceName } from '../../shared/shop-client/service-names.js';
import { expectBooksToAgree } from '../support/books.js';
import { composeProject, type ComposeProject } from '../support/compose.js';
import { freePorts } from '../../shared/shop-processes/free-port.js';
import { PurchaseStream, type Acknowledged } from '../../shared/customers/purchase-stream.js';
import { anySeed, createRandom } from '../../shared/customers/random.js';
import { ShopClient } from '../../shared/shop-client/shop-client.js';

const services: readonly ServiceName[] = ['checkout', 'warehouse', 'finance'];
const buildDeadlineMs = 600_000;
const upDeadlineMs = 120_000;
const kills = 3;

/** From inside a container: kills Node, not the init process above it. */
const killTheService = `
  const { readFileSync, readdirSync } = require('node:fs');
  for (const pid of readdirSync('/proc').filter(Number))
    if (readFileSync('/proc/' + pid + '/cmdline', 'utf8').startsWith('node\\0dist/')) process.kill(pid, 'SIGKILL');
`;

/**
 * The story of the containers. It needs an engine, so `npm test` leaves it out by its name; `.ci/run` runs it.
 *
 * It bothers nothing else that uses the compose file: its project and its ports are its own, and nothing of it is left.
 */
describe('the shop in containers', () => {
  const adminToken = randomBytes(16).toString('hex');
  const acknowledged: Acknowledged[] = [];
  let project: ComposeProject;
  /** The same project with the profile `load`. */
  let withLoad: ComposeProject;
  let shop: ShopClient;

  beforeAll(async () => {
    const ports = await freePorts('checkout', 'warehouse', 'finance');
    const [name, environment] = [
      `shop-story-${process.pid}`,
      {
        CHECKOUT_PORT: String(ports.checkout),
        WAREHOUSE_PORT: String(ports.warehouse),
        FINANCE_PORT: String(ports.finance),
        ADMIN_TOKEN: adminToken,
        WEBHOOK_SECRET: `whsec_${randomBytes(32).toString('base64')}`,
      },
    ] as const;
    project = composeProject(name, environment);
    withLoad = composeProject(name, { ...environment, COMPOSE_PROFILES: 'load' });
    const url = (service: ServiceName) => `http://127.0.0.1:${ports[service]}`;
    shop = new ShopClient(
      { checkout: url('checkout'), warehouse: url('warehouse'), finance: url('finance') },
      adminToken,
    );
    await project.compose('build');
  }, buildDeadlineMs);

  afterAll(async () => {
    await shop.closeConnections();
    await withLoad.compose('down', '--volumes', '--timeout', '10');
  }, upDeadlineMs);

  const untilHealthy = (service: ServiceName) =>
    shop.waitUntil(
      `${service} is healthy`,
      () => project.inspect(service, '{{.State.Health.Status}}'),
      (health) => health === 'healthy',
      { deadlineMs: upDeadlineMs },
    );

  /** Purchases while `meanwhile` happens, and a few before and after. */
  const sellWhile = async (meanwhile: () => Promise<unknown>) => {
    const stream = new PurchaseStream(shop, createRandom(anySeed()));
    await stream.flow(20);
    await meanwhile();
    await stream.flow(20);
    acknowledged.push(...(await stream.stop()));
  };

  it(
    'comes up: all three get healthy',
    async () => {
      await project.compose('up', '--detach');
      expect(await Promise.all(services.map(untilHealthy))).toEqual(['healthy', 'healthy', 'healthy']);
    },
    2 * upDeadlineMs,
  );

  it.each(services)(
    'runs %s as a user without privileges, who can write to its data and nowhere else',
    async (name) => {
      const attempt = (path: string) => project.compose('exec', '-T', name, 'touch', path);

      expect(await project.compose('exec', '-T', name, 'id', '-u')).toBe('1000');
      await attempt('/data/written-by-the-story');
      await expect(attempt('/app/written-by-the-story')).rejects.toThrow(/Read-only file system/);
      expect(await project.inspect(name, '{{.HostConfig.CapDrop}}')).toBe('[ALL]');
      const address = '{{range .NetworkSettings.Ports}}{{range .}}{{.HostIp}} {{end}}{{end}}';
      expect(await project.inspect(name, address)).toBe('127.0.0.1');
    },
  );

  it('has an addon that Node.js does not abort for when it collects garbage', async () => {
    const addon = 'node_modules/better-sqlite3/build/Release/better_sqlite3.node';
    const look = `fs.readFileSync('${addon}').includes('RemoveEnvironmentCleanupHook')`;
    expect(await project.compose('exec', '-T', 'checkout', 'node', '--print', look)).toBe('false');
  });

  it(
    `has every acknowledged purchase in the books exactly once after ${kills} kills of the checkout`,
    async () => {
      for (let kill = 0; kill < kills; kill += 1) {
        await sellWhile(async () => {
          await project.compose('kill', '-s', 'SIGKILL', 'checkout');
          await project.compose('up', '--detach');
          await untilHealthy('checkout');
        });
      }
      await expectBooksToAgree(shop, acknowledged);
    },
    2 * upDeadlineMs,
  );

  it(
    'starts a checkout again that dies by itself, and loses nothing by it',
    async () => {
      const startedAt = () => project.inspect('checkout', '{{.State.StartedAt}}');
      const before = await startedAt();
      await sellWhile(async () => {
        await project.compose('exec', '-T', 'checkout', 'node', '--eval', killTheService);
        await shop.waitUntil('the engine has started it again', startedAt, (now) => now !== before);
      });
      await expectBooksToAgree(shop, acknowledged);
    },
    upDeadlineMs,
  );

  it('has not had to start warehouse or finance again, which nobody killed', async () => {
    const restarts = (['warehouse', 'finance'] as const).map((name) => project.inspect(name, '{{.RestartCount}}'));
    expect(await Promise.all(restarts)).toEqual(['0', '0']);
  });

  it(
    'keeps the books when all containers are thrown away and made again, for the volumes stay',
    async () => {
      await project.compose('down', '--timeout', '20');
      await project.compose('up', '--detach');
      await Promise.all(services.map(untilHealthy));
      await sellWhile(() => Promise.resolve());
      await expectBooksToAgree(shop, acknowledged);
    },
    2 * upDeadlineMs,
  );

  it(
    'sells to the generator of the profile load, which survives the death of the checkout, and sums up when it is stopped',
    async () => {
      const sold = async () => (await shop.status()).log.durableSequence;
      const flow = async (more: number) => {
        const before = await sold();
        await shop.waitUntil(`${more} more are sold`, sold, (now) => now >= before + more);
      };
      await withLoad.compose('up', '--detach');
      await flow(40);
      await withLoad.compose('kill', '-s', 'SIGKILL', 'checkout');
      await withLoad.compose('up', '--detach');
      await untilHealthy('checkout');
      await flow(40);
      await withLoad.compose('stop', 'load');

      expect(await withLoad.inspect('load', '{{.State.ExitCode}}')).toBe('0');
      const said = await withLoad.compose('logs', '--no-color', 'load');
      expect(said).toMatch(/all \d+ that waited got an answer/);
      expect(said).toMatch(/WRONG +0\n.*unknown +0\n/);
      const [, count = ''] = /acknowledged +([\d,]+) in/.exec(said) ?? [];
      const status = await shop.untilAllConfirmed();
      expect(status.log.durableSequence).toBe(acknowledged.length + Number(count.replaceAll(',', '')));
      expect(await shop.warehouseSummary()).toMatchObject({ purchases: status.log.durableSequence });
    },
    2 * upDeadlineMs,
  );

  it('stops in order when asked to: every service exits with 0', async () => {
    await project.compose('stop');
    const exits = services.map((service) => project.inspect(service, '{{.State.ExitCode}}'));
    expect(await Promise.all(exits)).toEqual(['0', '0', '0']);
  });
});
