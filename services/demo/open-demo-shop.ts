import { Shop } from '../../shared/shop-processes/index.js';

const demo = { DEMO: '1' };

/** Small, so that segments come and go while one looks. */
const checkout = { ...demo, SEGMENT_BYTES: '65536' };

/** As by default, but for the delays: nobody wants to look at a circuit that is open for half a minute. */
const destinationOptions = ';delay=100;delay-max=1000;circuit-delay=250;circuit-delay-max=1000;timeout=3000';

/** The three services on free ports, ready. */
export function openDemoShop(): Promise<Shop> {
  return Shop.open({ checkout, receivers: demo, destinationOptions });
}
