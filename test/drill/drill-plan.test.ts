import { describe, expect, it } from '@jest/globals';

import { receivers, type ServiceName } from '../../shared/shop-client/service-names.js';
import { pointsOf } from './crash-cards.js';
import { blowsIn, legsOf, planDrill } from './drill-plan.js';
import { hangs, isFair } from './drill-weather.js';
import type { Blow, Round } from './types.js';

const seeds = Array.from({ length: 20 }, (_, index) => index);
const services: readonly ServiceName[] = ['checkout', ...receivers];
const blowsOf = (rounds: readonly Round[]): [ServiceName, Blow][] =>
  rounds.flatMap(({ falls }) =>
    falls.flatMap(({ service, blows }) => blows.map((blow) => [service, blow] as [ServiceName, Blow])),
  );

describe('the plan of a drill', () => {
  it('is the same for the same seed, so that a drill that failed can be had again, and another for another seed', () => {
    expect(planDrill(7, 200)).toEqual(planDrill(7, 200));
    expect(planDrill(7, 200)).not.toEqual(planDrill(8, 200));
  });

  it('has as many deaths as were asked for, none without a death in it', () => {
    for (const kills of [1, 2, 3, 12, 100, 301]) {
      for (const seed of seeds) {
        const { rounds } = planDrill(seed, kills);
        expect(rounds.reduce((sum, round) => sum + blowsIn(round), 0)).toBe(kills);
        for (const { falls } of rounds) for (const { blows } of falls) expect(blows.length).toBeGreaterThan(0);
      }
    }
  });

  it('arms every crash point of every service, in a drill of three hundred', () => {
    for (const seed of seeds) {
      const blows = blowsOf(planDrill(seed, 300).rounds);
      for (const service of services) {
        const armed = blows.flatMap(([of, blow]) =>
          of === service && blow.kind === 'crash-point' ? [blow.at.point] : [],
        );
        expect([...new Set(armed)].toSorted()).toEqual([...pointsOf(service)].toSorted());
      }
    }
  });

  it('has every kind of death at every service, and rounds in which one, two and all three die', () => {
    for (const seed of seeds) {
      const { rounds } = planDrill(seed, 300);
      const kinds = blowsOf(rounds).map(([service, { kind }]) => `${kind} of ${service}`);
      expect(new Set(kinds).size).toBe(3 * services.length);
      expect([...new Set(rounds.map(({ falls }) => falls.length))].toSorted()).toEqual([1, 2, 3]);
    }
  });

  it('begins every fall with a kill of what runs, and gives a service one fall in a round', () => {
    for (const { falls } of seeds.flatMap((seed) => planDrill(seed, 300).rounds)) {
      for (const { blows } of falls) expect(blows[0]?.kind).toBe('kill');
      expect(new Set(falls.map(({ service }) => service)).size).toBe(falls.length);
    }
  });

  it('leaves a torn tail before it waits for the points at which one is cut', () => {
    for (const { falls } of seeds.flatMap((seed) => planDrill(seed, 300).rounds)) {
      for (const { blows } of falls) {
        const points = blows.flatMap((blow) => (blow.kind === 'crash-point' ? [blow.at.point] : []));
        if (points.some((point) => point === 'before-cut' || point === 'after-cut'))
          expect(points[0]).toBe('mid-write');
      }
    }
  });

  it('has fair weather in a good part of the rounds, and everywhere a death waits for deliveries', () => {
    for (const seed of seeds) {
      const { rounds } = planDrill(seed, 300);
      const fair = rounds.filter(({ weather }) => Object.values(weather).every(isFair));
      expect(fair.length / rounds.length).toBeGreaterThan(0.4);
      expect(fair.length / rounds.length).toBeLessThan(0.9);
      const waiting = rounds.filter((round) =>
        blowsOf([round]).some(
          ([service, blow]) =>
            blow.kind === 'crash-point' && (service !== 'checkout' || blow.at.point.endsWith('-unlink')),
        ),
      );
      expect(waiting.length).toBeGreaterThan(0);
      expect(fair).toEqual(expect.arrayContaining(waiting));
    }
  });

  it('kills a receiver that hangs, since requests that hang would take their whole time-out', () => {
    const hanging = seeds
      .flatMap((seed) => planDrill(seed, 300).rounds.slice(0, -1))
      .flatMap((round) => receivers.map((receiver) => ({ receiver, round })))
      .filter(({ receiver, round }) => hangs(round.weather[receiver]));
    expect(hanging.length).toBeGreaterThan(0);
    for (const { receiver, round } of hanging) expect(round.falls.map(({ service }) => service)).toContain(receiver);
  });

  it('is played in legs that leave no round out, each of enough deaths to be worth an audit but the last one', () => {
    for (const seed of seeds) {
      const { rounds } = planDrill(seed, 300);
      const legs = legsOf(rounds, 25);
      expect(legs.flat()).toEqual(rounds);
      const blows = legs.map((leg) => leg.reduce((sum, round) => sum + blowsIn(round), 0));
      for (const number of blows.slice(0, -1)) {
        expect(number).toBeGreaterThanOrEqual(25);
        expect(number).toBeLessThan(25 + 15);
      }
    }
  });
});
