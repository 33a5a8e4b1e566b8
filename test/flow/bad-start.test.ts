import { access, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import type { ServiceName } from '../../shared/shop-client/service-names.js';
import { exitNeedsPerson } from '../../shared/http/index.js';
import { ServiceProcess } from '../../shared/shop-processes/service-process.js';

const services: readonly ServiceName[] = ['checkout', 'warehouse', 'finance'];

/** The port is taken all the time: a service that opened it before it had looked at its variables would speak of the port. */
describe.each(services)('%s, set up wrongly', (name) => {
  let directory: string;
  let occupied: Server;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'bad-start-'));
    occupied = createServer();
    await new Promise<void>((resolve) => {
      occupied.listen(0, '127.0.0.1', resolve);
    });
  });
  afterEach(async () => {
    await new Promise((resolve) => occupied.close(resolve));
    await rm(directory, { recursive: true });
  });

  const run = async (environment: Readonly<Record<string, string>>) => {
    const service = await ServiceProcess.prepare({
      name,
      dataDirectory: join(directory, 'data'),
      environment: {
        PORT: String((occupied.address() as AddressInfo).port),
        ...(name === 'checkout' && { DESTINATIONS: 'nowhere=http://127.0.0.1:9/events' }),
        ...environment,
      },
    });
    service.launch();
    const exit = await service.ended();
    return { exit, lines: service.output.trim().split('\n') };
  };

  it('names every bad variable in one line, so that nobody mends them one restart at a time', async () => {
    const { exit, lines } = await run({
      DEMO: 'perhaps',
      LOG_LEVEL: 'loud',
      WEBHOOK_SECRET: 'short',
      CRASH_AT: 'lunch',
    });

    expect(exit).toEqual({ code: exitNeedsPerson, signal: null });
    expect(lines).toHaveLength(1);
    for (const variable of ['DEMO', 'LOG_LEVEL', 'WEBHOOK_SECRET', 'CRASH_AT'])
      expect(lines[0]).toContain(`${variable} must be`);
  });

  it('does not run with secrets that everyone knows unless it is told to', async () => {
    const { exit, lines } = await run({});

    expect(exit).toEqual({ code: exitNeedsPerson, signal: null });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/WEBHOOK_SECRET is not set.*ADMIN_TOKEN is not set/);
  });

  it('does not take purchases that it could not keep: a data directory it cannot write to is named', async () => {
    const file = join(directory, 'file');
    await writeFile(file, 'in the way');
    const { exit, lines } = await run({ DEMO: '1', DATA_DIR: join(file, 'data'), PORT: '0' });

    expect(exit.code).toBeGreaterThan(0);
    expect(lines.join('\n')).toContain(file);
  });

  it('says so when the port is taken, does not wait for it, and has touched no data', async () => {
    const { exit, lines } = await run({ DEMO: '1' });

    expect(exit).toEqual({ code: exitNeedsPerson, signal: null });
    expect(lines.at(-1)).toContain('EADDRINUSE');
    await expect(access(join(directory, 'data'))).rejects.toThrow('ENOENT');
  });
});
