/*
 * A journal as one would write it without disks, threads and crashes, and a random run that holds an engine against it.
 */
import { expect } from '@jest/globals';

import type { DeliveryState, Outcome, OutcomeState, Sequence } from '../../shared/journal/types.js';
import { appendReadable } from '../support/append-readable.js';
import { confirmed, discarded, held, parked, redelivered, retrying, withKey } from '../support/sample-outcome.js';
import { createRandom, type Random } from '../../shared/customers/random.js';
import type { EngineUnderTest } from './engine-under-test.js';

const steps = 60;
const keys = 3;
const keyOf = (number: number) => `key-${number % keys}`;
const outcomeOf: Record<OutcomeState, (number: number) => Outcome> = {
  confirmed,
  retrying,
  parked,
  discarded,
  held: (number) => held(number, Math.max(1, number - keys)),
};
const states = Object.keys(outcomeOf) as OutcomeState[];
const statesWithoutKey = states.filter((state) => state !== 'held');

/** What the model knows of an entry: its outcome, or that it was held and has been let go. */
type Known = OutcomeState | 'released';

class DestinationModel {
  readonly #startAfter: number;
  readonly #states = new Map<number, Known>();
  /** Entries that were confirmed and are, or were, delivered again: out of every line. */
  readonly #keyless = new Set<number>();

  constructor(startAfter: number) {
    this.#startAfter = startAfter;
  }

  /** Returns the held entries that it let go. */
  settle(outcomes: readonly Outcome[]): number[] {
    const freed = new Set<string>();
    for (const outcome of outcomes) {
      const { sequence, state } = outcome;
      const before = this.#states.get(sequence);
      if (isRedelivery(outcome)) {
        if (before === 'confirmed') this.#states.set(sequence, 'retrying');
        if (before === 'confirmed') this.#keyless.add(sequence);
        continue;
      }
      if (isFinal(before)) continue;
      this.#states.set(sequence, state);
      const frees = state === 'held' ? this.#holdsNobody(outcome.behind) : isFinal(state) && before !== 'held';
      if (frees && !this.#keyless.has(sequence)) freed.add(keyOf(sequence));
    }
    const released: number[] = [];
    for (const key of freed) {
      const open = [...this.#states].filter(([number]) => keyOf(number) === key && !this.#holdsNobody(number));
      const next = Math.min(...open.map(([number]) => number));
      if (this.#states.get(next) !== 'held') continue;
      this.#states.set(next, 'released');
      released.push(next);
    }
    return released;
  }

  isKeyless(sequence: number): boolean {
    return this.#keyless.has(sequence);
  }

  stateOf(sequence: number): DeliveryState | undefined {
    if (sequence <= this.#startAfter) return undefined;
    const state = this.#states.get(sequence) ?? 'pending';
    return state === 'held' || state === 'released' ? 'pending' : state;
  }

  /** Last entry of those that all have an outcome; or, with `isFinal`, that are all done with. */
  endOf(fits: (state: Known | undefined) => boolean): number {
    let end = this.#startAfter;
    while (fits(this.#states.get(end + 1))) end += 1;
    return end;
  }

  #holdsNobody(sequence: number): boolean {
    return this.#keyless.has(sequence) || isFinal(this.#states.get(sequence));
  }

  status(durable: number) {
    const all = [...this.#states.values()];
    const count = (state: Known) => all.filter((each) => each === state).length;
    return {
      owed: true,
      cursor: this.endOf((state) => state !== undefined),
      pending: durable - this.#startAfter - all.filter(isFinal).length,
      retrying: count('retrying'),
      parked: count('parked'),
    };
  }
}

function isRedelivery(outcome: Outcome): boolean {
  return outcome.state === 'retrying' && outcome.asked?.what === 'redeliver';
}

function isFinal(state: Known | undefined): boolean {
  return state === 'confirmed' || state === 'discarded';
}

/** Appends, settles in any order with any outcome, and restarts now and then; compares after each step. */
export async function runJournalModel(seed: number, test: EngineUnderTest): Promise<void> {
  const random = createRandom(seed);
  const model = new Map<string, DestinationModel>();
  for (const name of ['warehouse', 'finance']) model.set(name, new DestinationModel(0));
  let durable = 0;
  let mark = 0;
  for (let step = 1; step <= steps; step += 1) {
    const choice = random.integer(0, 9);
    if (choice < 3) {
      const from = durable + 1;
      durable += random.integer(1, 4);
      await appendReadable(test, from, durable);
    } else if (choice < 9) {
      const name = random.pick([...model.keys()]);
      const outcomes = randomOutcomes(random, model.get(name)!, durable);
      const released = (await test.delivery.settle(name, outcomes)).map(({ sequence }) => sequence);
      expect({ seed, step, released }).toEqual({ seed, step, released: model.get(name)?.settle(outcomes) });
    } else {
      // Halfway through, somebody adds a third destination.
      if (step > steps / 2 && !model.has('loyalty')) model.set('loyalty', new DestinationModel(durable));
      await test.reopen([...model.keys()]);
    }
    mark = Math.max(mark, Math.min(durable, ...[...model.values()].map((each) => each.endOf(isFinal))));
    expect({ seed, step, ...(await seen(test, [...model.keys()], durable)) }).toEqual({
      seed,
      step,
      ...expected(model, durable, mark),
    });
  }
}

function randomOutcomes(random: Random, destination: DestinationModel, durable: number): Outcome[] {
  const start = destination.endOf(isFinal);
  const owed = Array.from({ length: Math.min(8, durable - start) }, (_, index) => start + 1 + index);
  const outcomes = owed
    .filter(() => random.integer(0, 1) === 0)
    .map((number) =>
      destination.isKeyless(number)
        ? outcomeOf[random.pick(statesWithoutKey)](number)
        : withKey(outcomeOf[random.pick(states)](number), keyOf(number)),
    );
  // Now and then, one of all that there is: what is not confirmed stays as it is.
  if (durable > 0 && random.integer(0, 1) === 0) outcomes.push(redelivered(random.integer(1, durable)));
  return outcomes;
}

async function seen({ journal, delivery }: EngineUnderTest, names: readonly string[], durable: number) {
  const progress = await journal.progress();
  const deliveries = await journal.deliveries({
    state: undefined,
    destination: undefined,
    after: 0 as Sequence,
    limit: names.length * durable + 1,
  });
  const destinations = names.map((name) => {
    const status = progress.destinations[name];
    return { name, ...status, oldestPendingAt: undefined, paused: undefined };
  });
  return {
    mark: progress.log.lowWaterMark,
    destinations: JSON.parse(JSON.stringify(destinations)) as unknown,
    states: deliveries.map(({ sequence, destination, state }) => `${sequence} ${destination} ${state}`),
    cursors: await Promise.all(names.map(async (name) => (await delivery.openLane(name)).cursor)),
  };
}

function expected(model: ReadonlyMap<string, DestinationModel>, durable: number, mark: number) {
  const destinations = [...model].map(([name, destination]) => ({ name, ...destination.status(durable) }));
  const states = Array.from({ length: durable }, (_, index) => index + 1).flatMap((sequence) =>
    [...model].flatMap(([name, destination]) => {
      const state = destination.stateOf(sequence);
      return state ? [`${sequence} ${name} ${state}`] : [];
    }),
  );
  return { mark, destinations, states, cursors: destinations.map(({ cursor }) => cursor) };
}
