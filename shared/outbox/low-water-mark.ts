import type { DestinationProgress, Sequence } from './types.js';

/** The largest n such that every entry up to n is confirmed (or discarded) at this destination. */
export function destinationMark({ cursor, firstOpen }: DestinationProgress): Sequence {
  return firstOpen === undefined || firstOpen > cursor ? cursor : ((firstOpen - 1) as Sequence);
}

/**
 * The low-water mark: the largest n such that every entry up to n is confirmed (or discarded) at every destination and
 * projected. Without destinations it is what has been projected.
 */
export function lowWaterMark(projected: Sequence, destinations: readonly DestinationProgress[]): Sequence {
  return Math.min(projected, ...destinations.map(destinationMark)) as Sequence;
}
