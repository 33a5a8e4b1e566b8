import type { PointName } from '../../shared/crash-points/points.js';
import { receivers, type ServiceName } from '../../shared/shop-client/service-names.js';
import type { Check } from '../soak/examine.js';
import { pointsOf } from './crash-cards.js';
import type { Death } from './types.js';

/** With so many kills each point comes several times: one that was never met then is one that cannot be met. */
const killsToJudgeFrom = 300;

const services: readonly ServiceName[] = ['checkout', ...receivers];

/** A point of one service, and what became of the lives in which it was armed. */
export interface PointMet {
  readonly service: ServiceName;
  readonly point: PointName;
  readonly met: number;
  /** It was not reached in time: the service was killed all the same. */
  readonly missed: number;
}

export function pointsMet(deaths: readonly Death[]): PointMet[] {
  return services.flatMap((service) =>
    pointsOf(service).map((point) => {
      const armed = deaths.filter((death) => death.service === service && death.armed?.point === point);
      const met = armed.filter(({ cause }) => cause === 'crash point').length;
      return { service, point, met, missed: armed.length - met };
    }),
  );
}

/** Whether all were met; nothing after few deaths. */
export function checkPoints(deaths: readonly Death[]): Check[] {
  if (deaths.length < killsToJudgeFrom) return [];
  const never = pointsMet(deaths).filter(({ met }) => met === 0);
  return [
    {
      what: 'every crash point of every service was met',
      faults: never.map(({ service, point, missed }) => `${point} of ${service}: armed ${missed} times, never met`),
    },
  ];
}
