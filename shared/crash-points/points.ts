/** Points that the checkout passes. Its README says what is on disk at each, and what the next start does. */
export const checkoutPoints = [
  'before-write',
  'mid-write',
  'after-write',
  'before-sync',
  'after-sync',
  'before-answer',
  'on-roll',
  'after-roll',
  'before-project',
  'after-project',
  'before-send',
  'after-send',
  'before-settle',
  'after-settle',
  'before-unlink',
  'after-unlink',
  'before-cut',
  'after-cut',
  'before-ready',
] as const;

/** Points that warehouse and finance pass, each for itself. */
export const receiverPoints = ['before-commit', 'after-commit'] as const;

export type CheckoutPoint = (typeof checkoutPoints)[number];
export type ReceiverPoint = (typeof receiverPoints)[number];
export type PointName = CheckoutPoint | ReceiverPoint;

/** All of them: whoever sets one variable for three services names a point of any of the three. */
export const pointNames: readonly PointName[] = [...checkoutPoints, ...receiverPoints];
