import { cpSync, rmSync } from 'node:fs';

import { beforeEach, describe, expect, it } from '@jest/globals';
import request from 'supertest';

import { composeFinance } from '../../services/finance/compose.js';
import { composeWarehouse } from '../../services/warehouse/compose.js';
import { deliver } from '../support/deliver.js';
import { adminToken } from '../support/receiver-fixture.js';
import { sampleEvent } from '../support/sample-event.js';
import { serviceConfig, silentLog } from '../support/service-config.js';
import { temporaryDirectories } from '../support/temporary-directory.js';

const newDirectory = temporaryDirectories();

describe.each([
  ['the warehouse', composeWarehouse, { purchases: 3, units: 6 }],
  ['finance', composeFinance, { purchases: 3, totals: { GBP: 7500 }, balanced: true }],
])('%s, on a copy of its database that is older', (_name, compose, booked) => {
  let directory: string;
  beforeEach(() => {
    directory = newDirectory();
  });

  /** Opens the service, delivers these events, and closes it; the results and what it says of itself after them. */
  async function receive(...numbers: number[]) {
    const service = compose(serviceConfig(directory), silentLog);
    try {
      const results: string[] = [];
      for (const number of numbers) {
        const answer = await deliver(service.app, sampleEvent(number)).expect(200);
        results.push((answer.body as { status: string }).status);
      }
      const summary = (await request(service.app).get('/summary').expect(200)).body as unknown;
      const holes = await request(service.app).get('/audit/gaps').auth(adminToken, { type: 'bearer' });
      return { results, summary, gaps: (holes.body as { gaps: unknown }).gaps };
    } finally {
      service.close();
    }
  }

  it('applies again what is sent again: inbox and effect were taken back together, so that nothing is booked twice', async () => {
    await receive(1);
    const copy = newDirectory();
    cpSync(directory, copy, { recursive: true });
    await receive(2);
    rmSync(directory, { recursive: true });
    cpSync(copy, directory, { recursive: true });
    expect(await receive(1, 2, 3, 2)).toEqual({
      results: ['duplicate', 'applied', 'applied', 'duplicate'],
      summary: booked,
      gaps: [],
    });
  });

  it('says what nobody will send again by himself: the sender was told once that it was stored', async () => {
    await receive(1);
    const copy = newDirectory();
    cpSync(directory, copy, { recursive: true });
    await receive(2, 3);
    rmSync(directory, { recursive: true });
    cpSync(copy, directory, { recursive: true });
    expect(await receive(4)).toMatchObject({ results: ['applied'], gaps: [{ first: 2, last: 3 }] });
  });
});
