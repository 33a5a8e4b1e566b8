import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';

import type { ReceiverName } from '../../shared/shop-client/service-names.js';
import { exitNeedsPerson } from '../../shared/http/index.js';
import { ServiceProcess } from '../../shared/shop-processes/service-process.js';

const receivers: readonly ReceiverName[] = ['warehouse', 'finance'];

describe.each(receivers)('%s, on a database that it cannot use', (name) => {
  let directory: string;
  let service: ServiceProcess;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'unusable-receiver-'));
    service = await ServiceProcess.prepare({ name, dataDirectory: directory, environment: { DEMO: '1' } });
  });
  afterEach(async () => {
    await service.kill();
    await rm(directory, { recursive: true });
  });

  it.each<[string, (path: string) => Promise<unknown>, string]>([
    ['it is damaged', (path) => writeFile(path, 'no database '.repeat(100)), 'is damaged, or is no database'],
    ['a folder is in its place', (path) => mkdir(path), 'is no file'],
    [
      'a newer build has changed it',
      (path) => {
        new Database(path).pragma('user_version = 99');
        return Promise.resolve();
      },
      'Run the newer build',
    ],
  ])('ends and names it when %s: no supervisor starts it for ever', async (_what, harm, words) => {
    const path = join(directory, `${name}.sqlite`);
    await harm(path);
    service.launch();
    expect(await service.ended()).toEqual({ code: exitNeedsPerson, signal: null });
    expect(service.output).toContain(`${path} `);
    expect(service.output).toContain(words);
  });

  it('ends and names the folder when another process has it, which goes on', async () => {
    await service.start();
    const second = await ServiceProcess.prepare({ name, dataDirectory: directory, environment: { DEMO: '1' } });
    second.launch();
    expect(await second.ended()).toEqual({ code: exitNeedsPerson, signal: null });
    expect(second.output).toContain(`another process is using the data in ${directory}`);
    expect((await fetch(`${service.url}/readyz`)).status).toBe(200);
  });
});
