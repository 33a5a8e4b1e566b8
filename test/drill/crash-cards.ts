import type { CrashAt } from '../../shared/crash-points/crash-at.js';
import { checkoutPoints, receiverPoints, type PointName } from '../../shared/crash-points/points.js';
import type { ServiceName } from '../../shared/shop-client/service-names.js';
import type { Random } from '../../shared/customers/random.js';

const passagesMax = 8;

/** What is seldom passed, or once in a life at the most. */
const passagesOf: Partial<Readonly<Record<PointName, number>>> = {
  ...{ 'on-roll': 2, 'after-roll': 2, 'before-unlink': 2, 'after-unlink': 2 },
  ...{ 'before-cut': 1, 'after-cut': 1, 'before-ready': 1 },
};

/** Passed only where a torn tail is found on opening: a life that dies in the middle of a write leaves one. */
const needsTornTail: readonly PointName[] = ['before-cut', 'after-cut'];

/** Passed only while deliveries come through. */
const needsDeliveries: readonly PointName[] = ['before-unlink', 'after-unlink', ...receiverPoints];

/** The points of a service. */
export function pointsOf(service: ServiceName): readonly PointName[] {
  return service === 'checkout' ? checkoutPoints : receiverPoints;
}

/** The lives that are needed for a death at a point, each with what is armed in it. */
export function livesTo(point: PointName, random: Random): CrashAt[] {
  const at = (name: PointName): CrashAt => ({
    point: name,
    passage: random.integer(1, passagesOf[name] ?? passagesMax),
  });
  return needsTornTail.includes(point) ? [at('mid-write'), at(point)] : [at(point)];
}

/** Whether nothing may hold deliveries up if the point is to be reached. */
export function needsFairWeather({ point }: CrashAt): boolean {
  return needsDeliveries.includes(point);
}
