import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

import { afterEach, describe, expect, it } from '@jest/globals';

import { runCheckReceiver } from '../support/check-receiver-tool.js';
import { secret } from '../support/deliver.js';
import { freePort } from '../../shared/shop-processes/free-port.js';
import { loyaltyService } from '../support/outside-service.js';
import { Shop } from '../../shared/shop-processes/shop.js';
import { temporaryDirectories } from '../support/temporary-directory.js';

const previous = `whsec_${Buffer.alloc(48, 6).toString('base64')}`;
const allRight = (output: string) => output.split('\n').filter((line) => line !== '' && !line.startsWith('ok '));

describe('the check, run by a person', () => {
  const directory = temporaryDirectories();
  let shop: Shop | undefined;
  afterEach(async () => {
    await shop?.close();
    shop = undefined;
  });

  it.each(['warehouse', 'finance'] as const)('finds nothing wrong with the %s, in a rotation neither', async (name) => {
    shop = await Shop.prepare({ receivers: { WEBHOOK_SECRET: secret, WEBHOOK_SECRET_PREVIOUS: previous } });
    await shop[name].start();
    const url = `${shop[name].url}/events`;
    const { code, output, errors } = await runCheckReceiver([url], {
      WEBHOOK_SECRET: secret,
      WEBHOOK_SECRET_PREVIOUS: previous,
    });
    expect(errors).toBe('');
    expect(allRight(output)).toEqual(['21 checks: 21 ok, 0 to note, 0 WRONG']);
    expect(code).toBe(0);
  });

  it('finds nothing wrong with a service that took over the kit', async () => {
    const server = createServer(loyaltyService(join(directory(), 'loyalty.sqlite'), [secret]));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/events`;
    try {
      const { code, output } = await runCheckReceiver([url, '--secret', secret], {});
      expect(allRight(output)).toEqual(['20 checks: 20 ok, 0 to note, 0 WRONG']);
      expect(code).toBe(0);
    } finally {
      server.close();
    }
  });

  it('ends with 2 when it could not check, so that nobody takes that for a yes', async () => {
    const url = `http://127.0.0.1:${await freePort()}/events`;
    const unheard = await runCheckReceiver([url, '--secret', secret], {});
    expect(unheard).toEqual({
      code: 2,
      output: '',
      errors: `check-receiver: nobody listens at ${url} (ECONNREFUSED)\n`,
    });
    const unsaid = await runCheckReceiver([url], {});
    expect(unsaid).toMatchObject({ code: 2, errors: expect.stringContaining('give the secret') });
    const help = await runCheckReceiver(['--help'], {});
    expect(help).toMatchObject({ code: 0, output: expect.stringContaining('exit code') });
  });
});
