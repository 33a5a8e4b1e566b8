import type { ServiceName } from '../../shared/shop-client/service-names.js';
import { Shop } from '../../shared/shop-processes/shop.js';

/** A shop in which something of every kind has happened: purchases everywhere, and a destination that is away. */
export async function openBusyShop(): Promise<Shop> {
  const gone = 'gone=http://127.0.0.1:1/events;delay-max=50;circuit-delay=3600000;circuit-delay-max=86400000';
  const shop = await Shop.open({ moreDestinations: [gone] });
  try {
    for (const key of ['a', 'b', 'b']) await shop.buy(undefined, key);
    await shop.waitUntil(
      'two have confirmed, and the circuit of the third is open',
      () => shop.status(),
      ({ destinations: { warehouse, finance, gone: away } }) =>
        warehouse?.pending === 0 && finance?.pending === 0 && away?.circuit === 'open',
    );
    return shop;
  } catch (error) {
    await shop.close();
    throw error;
  }
}

/** What each service shows to Prometheus. */
export async function metricsPages(shop: Shop): Promise<Record<ServiceName, string>> {
  const page = async (service: ServiceName) => (await fetch(`${shop[service].url}/metrics`)).text();
  return { checkout: await page('checkout'), warehouse: await page('warehouse'), finance: await page('finance') };
}
