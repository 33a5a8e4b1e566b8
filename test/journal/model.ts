/*
 * A journal as one would write it without disks, threads and crashes, and a random run that holds an engine against it.
 */
import { expect } from '@jest/globals';

import type { DeliveryState, Outcome, OutcomeState, Sequence } from '../../shared/journal/types.js';
import { appendReadable } from '../support/append-readable.js';
import { confirmed, discarded, parked, retrying } from '../support/sample-outcome.js';
import { createRandom, type Random } from '../support/random.js';
import type { EngineUnderTest } from './engine-under-test.js';

const steps = 60;
const outcomeOf: Record<OutcomeState, (number: number) => Outcome> = { confirmed, retrying, parked, discarded };
const states = Object.keys(outcomeOf) as OutcomeState[];

class DestinationModel {
  readonly #startAfter: number;
  readonly #states = new Map<number, OutcomeState>();

  constructor(startAfter: number) {
    this.#startAfter = startAfter;
  }

  settle(outcomes: readonly Outcome[]): void {
    for (const { sequence, state } of outcomes) {
      if (!isFinal(this.#states.get(sequence))) this.#states.set(sequence, state);
    }
  }

  stateOf(sequence: number): DeliveryState | undefined {
    if (sequence <= this.#startAfter) return undefined;
    return this.#states.get(sequence) ?? 'pending';
  }

  /** Last entry of those that all have an outcome; or, with `isFinal`, that are all done with. */
  endOf(fits: (state: OutcomeState | undefined) => boolean): number {
    let end = this.#startAfter;
    while (fits(this.#states.get(end + 1))) end += 1;
    return end;
  }

  status(durable: number) {
    const all = [...this.#states.values()];
    const count = (state: OutcomeState) => all.filter((each) => each === state).length;
    return {
      owed: true,
      cursor: this.endOf((state) => state !== undefined),
      pending: durable - this.#startAfter - all.filter(isFinal).length,
      retrying: count('retrying'),
      parked: count('parked'),
    };
  }
}

function isFinal(state: OutcomeState | undefined): boolean {
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
      await test.delivery.settle(name, outcomes);
      model.get(name)?.settle(outcomes);
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
  return owed.filter(() => random.integer(0, 1) === 0).map((number) => outcomeOf[random.pick(states)](number));
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
