/**
 * What one purchase may hold. Together they keep every sum a safe integer: a total is at most 10^12 minor units, so that
 * nine thousand of the largest purchases still add up exactly.
 */
export const limits = Object.freeze({
  itemsMax: 100,
  quantityMax: 1_000_000,
  unitPriceMax: 1_000_000_000_000,
  totalMax: 1_000_000_000_000,
  customerIdLengthMax: 128,
  skuLengthMax: 64,
});
