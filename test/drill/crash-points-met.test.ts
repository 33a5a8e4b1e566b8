import { describe, expect, it } from '@jest/globals';

import { receivers, type ServiceName } from '../../shared/shop-client/service-names.js';
import { pointsOf } from './crash-cards.js';
import { checkPoints, pointsMet } from './crash-points-met.js';
import type { Cause, Death } from './types.js';

const services: readonly ServiceName[] = ['checkout', ...receivers];

/** One death at each point of each service, and as many kills as make three hundred. */
function deaths(causeOf: (service: ServiceName, point: string) => Cause): Death[] {
  const nothing = { readyMs: undefined, firstDeliveryMs: undefined, recovery: undefined, repeats: undefined };
  const armed = services.flatMap((service) =>
    pointsOf(service).map((point): Death => ({
      service,
      cause: causeOf(service, point),
      armed: { point, passage: 1 },
      ...nothing,
    })),
  );
  const kill: Death = { service: 'checkout', cause: 'SIGKILL', armed: undefined, ...nothing };
  return [...armed, ...Array.from({ length: 300 - armed.length }, () => kill)];
}

describe('the crash points that a drill has met', () => {
  it('are all there are, each for its service', () => {
    const met = pointsMet(deaths(() => 'crash point'));
    expect(met).toHaveLength(services.reduce((sum, service) => sum + pointsOf(service).length, 0));
    for (const point of met) expect(point).toMatchObject({ met: 1, missed: 0 });
    expect(checkPoints(deaths(() => 'crash point'))).toMatchObject([{ faults: [] }]);
  });

  it('do not count a point that was armed and not reached: a drill that never meets one tests less than it says', () => {
    const missing = deaths((service, point) =>
      service === 'finance' && point === 'after-commit' ? 'SIGKILL' : 'crash point',
    );
    expect(pointsMet(missing)).toContainEqual({ service: 'finance', point: 'after-commit', met: 0, missed: 1 });
    expect(checkPoints(missing)).toMatchObject([{ faults: ['after-commit of finance: armed 1 times, never met'] }]);
  });

  it('are not asked of a short drill, which cannot meet them all', () => {
    expect(checkPoints(deaths(() => 'SIGKILL').slice(1))).toEqual([]);
  });
});
