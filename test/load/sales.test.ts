import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';

import { AcknowledgedFile } from '../../services/load/acknowledged-file.js';
import { Latencies } from '../../services/load/latencies.js';
import { OutageWatch } from '../../services/load/outage-watch.js';
import { Sales } from '../../services/load/sales.js';
import { Tally } from '../../services/load/tally.js';
import type { Answer, Told } from '../../services/load/types.js';
import { createRandom } from '../../shared/customers/random.js';
import { ManualClock } from '../support/manual-clock.js';
import { noAnswer, refused, ScriptedCheckout } from '../support/scripted-checkout.js';
import { temporaryDirectories } from '../support/temporary-directory.js';

const newDirectory = temporaryDirectories();

function open({ repeatShare = 0, seed = 1 } = {}) {
  const clock = new ManualClock();
  const checkout = new ScriptedCheckout();
  const tally = new Tally();
  const latencies = { firstTry: new Latencies(), laterTry: new Latencies() };
  const givenUp = new AbortController();
  const path = join(newDirectory(), 'acknowledged');
  const wrong: string[] = [];
  const sales = new Sales({
    ...{ clock, post: checkout.post, random: () => 0.5, givenUp: givenUp.signal, orders: createRandom(seed) },
    ...{ repeatShare, tally, latencies, outages: new OutageWatch(clock, () => undefined) },
    file: AcknowledgedFile.open(path, false),
    onWrong: (fault) => wrong.push(fault),
  });
  /** Sells so many, one after the other, with all the time that they want. */
  const sell = async (count = 1) => {
    for (let sold = 0; sold < count; sold += 1) {
      let over = false;
      const sale = sales.sell(clock.now()).finally(() => (over = true));
      await clock.advanceUntil(() => over, 60_000);
      await sale;
    }
  };
  const written = () => readFileSync(path, 'utf8').split('\n').filter(Boolean);
  return { clock, checkout, tally, latencies, givenUp, wrong, sales, sell, written };
}

const changed = (answer: Answer, change: Partial<Told> & { replayed?: boolean }): Answer => {
  if (answer.kind !== 'accepted') return answer;
  const { replayed = answer.replayed, ...told } = change;
  return { kind: 'accepted', told: { ...answer.told, ...told }, replayed };
};

describe('sales at a checkout that is right', () => {
  it('find no fault, and note each purchase once, also those that are sent twice', async () => {
    const { checkout, tally, wrong, sell, written } = open({ repeatShare: 1 });
    await sell(40);
    expect(wrong).toEqual([]);
    expect(tally).toMatchObject({ begun: 40, acknowledged: 40, repeats: { same: 40, unknown: 0 } });
    expect(checkout.tries).toHaveLength(80);
    expect(new Set(checkout.tries).size).toBe(40);
    expect(written().map((line) => (JSON.parse(line) as Told).sequence)).toEqual(
      Array.from({ length: 40 }, (_, n) => n + 1),
    );
    expect(written()[0]).toMatch(/^\{"sequence":1,"id":"id-1","total":\d+,"currency":"[A-Z]{3}"\}$/);
  });

  it('send both kinds of repeats, in the share that was asked for, and the same again with the same seed', async () => {
    const run = async (seed: number) => {
      const { checkout, sell } = open({ repeatShare: 0.3, seed });
      await sell(200);
      return checkout.tries.map((key, index, all) => all.indexOf(key) === index);
    };
    const first = await run(3);
    expect(first.filter((isFirst) => !isFirst).length).toBeGreaterThan(40);
    expect(first.filter((isFirst) => !isFirst).length).toBeLessThan(80);
    expect(await run(3)).toEqual(first);
    expect(await run(4)).not.toEqual(first);
  });

  it('try again with the same key until it is known, whatever the answers, and count why', async () => {
    const { checkout, tally, latencies, wrong, sell } = open();
    const answers = [refused, noAnswer, noAnswer];
    checkout.script = (_purchase, tryNumber, sellIt) => answers[tryNumber - 1] ?? sellIt();
    await sell();
    expect(wrong).toEqual([]);
    expect(new Set(checkout.tries).size).toBe(1);
    expect(checkout.tries).toHaveLength(4);
    expect(tally).toMatchObject({ acknowledged: 1, writtenBefore: 0, failedTries: 3 });
    expect(tally.failuresByKind).toEqual({ 'no answer: connection cut': 2, '503 overloaded': 1 });
    expect(latencies.firstTry.all.count).toBe(0);
    // The refusal asked for a second.
    expect(latencies.laterTry.all.max).toBeGreaterThan(1_000);
  });

  it.each(['once', 'twice at once'])(
    'know a purchase, sent %s, that was written before its answer was lost',
    async (sent) => {
      const { checkout, tally, wrong, sell } = open({ repeatShare: sent === 'once' ? 0 : 1 });
      checkout.script = (_purchase, tryNumber, sellIt) => {
        const answer = sellIt();
        return tryNumber <= 2 ? noAnswer : answer;
      };
      await sell(10);
      expect(wrong).toEqual([]);
      expect(tally).toMatchObject({ acknowledged: 10, writtenBefore: 10 });
    },
  );

  it('tell the keys of those that were given up, and write nothing of them', async () => {
    const { checkout, clock, givenUp, tally, sales, written } = open();
    checkout.script = () => noAnswer;
    const sale = sales.sell(clock.now());
    await clock.advance(10_000);
    givenUp.abort();
    await sale;
    expect(tally).toMatchObject({ acknowledged: 0, begun: 1 });
    expect(tally.unknown.first).toEqual([checkout.tries[0]]);
    expect(written()).toEqual([]);
  });
});

describe('sales at a checkout that is wrong', () => {
  it.each<[string, ScriptedCheckout['script'], RegExp, number]>([
    [
      'charges another sum',
      (_p, _n, sell) => changed(sell(), { total: 1 }),
      /ordered for .*, and sold as .* for 1 /,
      0,
    ],
    ['sells in another currency', (_p, _n, sell) => changed(sell(), { currency: 'XXX' }), /sold as .* XXX/, 0],
    [
      'takes a new key for an old one',
      (_p, _n, sell) => changed(sell(), { replayed: true }),
      /from before, and no try/,
      0,
    ],
    [
      'writes what it says that it refused',
      (_p, tryNumber, sell) => {
        const answer = sell();
        return tryNumber === 1 ? refused : answer;
      },
      /from before, and no try can have made it/,
      0,
    ],
    ['refuses our order', () => ({ kind: 'wrong', why: '422: no' }), /^422: no/, 0],
    ['gives the same key another id', (_p, n, sell) => changed(sell(), { id: `id ${n}` }), /one key, two purchases/, 1],
    ['gives it another number', (_p, n, sell) => changed(sell(), { sequence: n }), /one key, two purchases/, 1],
    [
      'makes it again',
      (_p, n, sell) => changed(sell(), { id: `id ${n}`, replayed: false }),
      /one key, two purchases/,
      1,
    ],
    [
      'does not mark what is from before',
      (_p, _n, sell) => changed(sell(), { replayed: false }),
      /is not marked|two answers/,
      1,
    ],
    [
      'refuses it the second time',
      (_p, n, sell) => (n === 1 ? sell() : { kind: 'wrong', why: '409: no' }),
      /^409: no/,
      1,
    ],
  ])('find that it %s', async (_what, script, fault, repeatShare) => {
    // Both ways of sending twice come up in so many.
    const { checkout, tally, wrong, sell } = open({ repeatShare });
    checkout.script = script;
    await sell(10);
    expect(tally.wrong.count).toBeGreaterThanOrEqual(9);
    expect(wrong).toHaveLength(tally.wrong.count);
    for (const words of wrong) expect(words).toMatch(fault);
  });

  it('find a key that it lost with its memory, after the 201 was given', async () => {
    const { checkout, tally, wrong, sell } = open({ repeatShare: 1 });
    const after = new ScriptedCheckout();
    checkout.script = (purchase, tryNumber, sellIt) => (tryNumber === 1 ? sellIt() : after.sell(purchase));
    await sell(10);
    // Numbers begin anew there: of the first two that is the only thing to see.
    expect(tally.wrong.count).toBe(10);
    expect(wrong.join('\n')).toMatch(/is not marked as from before/);
  });
});
