/**
 * What one delivery may hold unless told otherwise. The largest event of a checkout takes less than 20 kB (100 lines of 190
 * bytes, and a customer id), so that a batch within `eventsMax` is never refused for its bytes.
 */
export const deliveryLimits = Object.freeze({
  eventsMax: 500,
  bodyBytesMax: 10 * 1024 * 1024,
  /** How far the time of a delivery may be from now: five minutes, as the library of Standard Webhooks has it. */
  toleranceSeconds: 300,
});
