export { freePort } from './free-port.js';
export { ServiceProcess, type Exit, type ServiceSetup } from './service-process.js';
export { Shop, type ShopOptions } from './shop.js';
