import { join } from 'node:path';

import { Shop } from '../../../shared/shop-processes/shop.js';
import { receivers } from '../../../shared/shop-client/index.js';

/** Signs what goes to the receivers, whoever sends it. */
export const webhookSecret = `whsec_${Buffer.alloc(32, 'benchmark').toString('base64')}`;

/** The real checkout and the two real receivers, with data below a folder. Nothing is started. `options`: of both destinations. */
export function prepareShop(directory: string, options = ''): Promise<Shop> {
  const secret = { WEBHOOK_SECRET: webhookSecret };
  return Shop.prepare({
    ...{ checkout: secret, receivers: secret, destinationOptions: options },
    dataDirectories: {
      checkout: join(directory, 'checkout'),
      warehouse: join(directory, 'warehouse'),
      finance: join(directory, 'finance'),
    },
  });
}

/** Has the checkout deliver nothing, or deliver again. */
export async function setDelivering(shop: Shop, delivering: boolean): Promise<void> {
  const action = delivering ? 'resume' : 'pause';
  const answers = await Promise.all(receivers.map((name) => shop.administer(`/destinations/${name}/${action}`)));
  for (const { status, body } of answers) {
    if (status !== 200) throw new Error(`a destination did not ${action}: ${status} ${JSON.stringify(body)}`);
  }
}
