export { armCrashPoint } from './arm-crash-point.js';
export type { CrashAt } from './crash-at.js';
export { CrashPoint } from './crash-point.js';
export { crashingEffect, crashingObserve } from './crashing-receiver.js';
export { checkoutPoints, receiverPoints } from './points.js';
