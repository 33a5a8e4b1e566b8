import { setTimeout as latency } from 'node:timers/promises';

import { afterEach, describe, expect, it } from '@jest/globals';

import {
  openRecordingDestination,
  yes,
  type RecordedRequest,
  type RecordingDestination,
  type Respond,
} from '../support/recording-destination.js';
import { Shop } from '../../shared/shop-processes/shop.js';

const soon = ';concurrency=16;delay=10;delay-max=50;circuit-delay=20;circuit-delay-max=100';
const no: Respond = () => ({ status: 503 });

/** Ids of all events that were answered with 200, repeats included. */
function collectTaken(taken: string[]): Respond {
  return (request) => {
    taken.push(...request.events.map(({ id }) => id));
    return yes(request);
  };
}

describe('a destination that cannot take purchases now', () => {
  const destinations: RecordingDestination[] = [];
  let shop: Shop;
  afterEach(async () => {
    await shop.close();
    await Promise.all(destinations.splice(0).map((destination) => destination.close()));
  });

  const open = async (names: readonly string[]) => {
    const more: string[] = [];
    for (const name of names) {
      const destination = await openRecordingDestination();
      destinations.push(destination);
      more.push(`${name}=${destination.url}${soon}`);
    }
    shop = await Shop.open({ moreDestinations: more });
    return destinations;
  };
  const buy = async (count: number) => {
    const ids: string[] = [];
    while (ids.length < count) ids.push((await shop.buy()).id);
    return ids;
  };

  it('is not asked again before the time that it has named, in seconds or as a date, for any purchase', async () => {
    const manners = [429, 503].flatMap((status) => [
      { status, name: `seconds-${status}`, retryAfter: () => '1' },
      { status, name: `date-${status}`, retryAfter: () => new Date(Date.now() + 2000).toUTCString() },
    ]);
    const opened = await open(manners.map(({ name }) => name));
    /** Of each purchase at each destination, the time before which it must not come again. */
    const notBefore = opened.map(() => new Map<string, number>());
    const tooEarly: string[] = [];
    const turnedAway = 8;
    manners.forEach(({ status, name, retryAfter }, index) => {
      const times = notBefore[index]!;
      opened[index]!.respond((request: RecordedRequest) => {
        const [event] = request.events;
        const early = (times.get(event!.id) ?? 0) - request.arrivedAt;
        if (early > 0) tooEarly.push(`${name}: ${early} ms`);
        if (opened[index]!.requests.length > turnedAway) return yes(request);
        const header = retryAfter();
        times.set(event!.id, header === '1' ? Date.now() + 1000 : Date.parse(header));
        return { status, headers: { 'retry-after': header } };
      });
    });

    const ids = await buy(10);
    await shop.untilAllConfirmed();
    expect(tooEarly).toEqual([]);
    for (const [index, { requests }] of opened.entries()) {
      expect(notBefore[index]!.size).toBeGreaterThan(0);
      expect(requests).toHaveLength(ids.length + turnedAway);
    }
  });

  it('and does not let us in is named in the log once, however long it lasts; then it gets everything, once', async () => {
    const [strict] = await open(['strict']);
    strict!.respond(() => ({ status: 401 }));
    const ids = await buy(20);
    const kept = await shop.waitUntil(
      'it has refused several probes',
      () => shop.status(),
      ({ destinations: { warehouse, finance } }) =>
        strict!.requests.length > 20 && warehouse?.pending === 0 && finance?.pending === 0,
    );
    expect(kept.destinations.strict).toMatchObject({ pending: ids.length, parked: 0 });
    expect(kept.destinations.strict?.circuit).not.toBe('closed');

    const taken: string[] = [];
    strict!.respond(collectTaken(taken));
    await shop.untilAllConfirmed();
    expect(taken.toSorted()).toEqual(ids.toSorted());
    const lines = shop.checkout.output.split('\n').filter((line) => line.includes('destination refuses us'));
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0]!)).toMatchObject({ level: 50, destination: 'strict', reason: '401 Unauthorized' });
  });

  it('is not run over when it is back: with each answer at most twice as many requests come at a time', async () => {
    const [weak] = await open(['weak']);
    weak!.respond(no);
    const ids = await buy(64);
    await shop.waitUntil(
      'the circuit is open, and no request is under way',
      () => shop.status(),
      ({ destinations: { weak: there } }) => there?.circuit === 'open' && there.inFlight === 0,
    );

    const taken: string[] = [];
    const tooMany: string[] = [];
    let answers = 0;
    let atATimeMax = 0;
    weak!.respond(async (request) => {
      const allowed = 2 ** answers;
      if (request.underWay > allowed) tooMany.push(`${request.underWay} at a time after ${answers} answers`);
      atATimeMax = Math.max(atATimeMax, request.underWay);
      // So slow that what comes together is there together.
      await latency(20);
      answers += 1;
      return collectTaken(taken)(request);
    });
    await shop.untilAllConfirmed();

    expect(tooMany).toEqual([]);
    expect(atATimeMax).toBeGreaterThan(2);
    expect(taken.toSorted()).toEqual(ids.toSorted());
  });
});
