import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { openRecordingDestination, type RecordingDestination } from '../support/recording-destination.js';
import { Shop } from '../../shared/shop-processes/shop.js';

describe('a destination that has moved', () => {
  let old: RecordingDestination;
  let next: RecordingDestination;
  let shop: Shop;
  beforeEach(async () => {
    next = await openRecordingDestination();
    const headers = { location: `${next.url}/v2?token=hunter2` };
    old = await openRecordingDestination(() => ({ status: 308, headers }));
    shop = await Shop.open({ moreDestinations: [`crm=${old.url}`] });
  });
  afterEach(async () => {
    await shop.close();
    await Promise.all([old.close(), next.close()]);
  });

  it('is sent nothing where it points to, and said to have moved, and where to, so that its URL can be mended', async () => {
    await shop.buy();
    const { destinations } = await shop.waitUntil(
      'it is said',
      () => shop.status(),
      (status) => status.destinations.crm?.circuit === 'open',
    );
    const said = `308 Permanent Redirect to ${next.url}/v2`;
    expect(destinations.crm).toMatchObject({
      circuitReason: said,
      lastError: expect.stringContaining(said),
      parked: 0,
    });
    expect(shop.checkout.output).toContain(said);
    expect(shop.checkout.output + JSON.stringify(destinations)).not.toContain('hunter2');
    expect(next.requests).toEqual([]);
  });
});
