/**
 * What one delivery may hold. The largest event that the schema lets through takes less than 20 kB (100 lines of 190 bytes,
 * and a customer id), so that a batch within `eventsMax` is never refused for its bytes.
 */
export const deliveryLimits = Object.freeze({
  eventsMax: 500,
  bodyBytesMax: 10 * 1024 * 1024,
});
