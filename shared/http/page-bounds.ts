/** What `after` and `limit` may be where a list is read in pages. */
export const pageBounds = Object.freeze({
  after: { min: 0, max: Number.MAX_SAFE_INTEGER, default: 0 },
  limit: { min: 1, max: 1000, default: 100 },
});
