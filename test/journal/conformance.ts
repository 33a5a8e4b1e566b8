/*
 * What every journal engine must do, whatever it stores purchases in. Written against the two ports alone: `Journal`, what the
 * checkout writes to and asks, and `DeliveryJournal`, what the dispatcher works against.
 */
import { afterEach, beforeEach, describe, it } from '@jest/globals';

import { describeDecisions } from './conformance-decisions.js';
import { describeDeliveries } from './conformance-deliveries.js';
import { describeDestinations } from './conformance-destinations.js';
import { describeKeys } from './conformance-keys.js';
import { describeOrder } from './conformance-order.js';
import { describePurchases } from './conformance-purchases.js';
import { describeRedeliveries } from './conformance-redeliveries.js';
import { describeStatus } from './conformance-status.js';
import { EngineUnderTest, type EnginePlace } from './engine-under-test.js';
import { runKeysModel } from './keys-model.js';
import { runJournalModel } from './model.js';

const modelSeeds = [1, 2, 3, 4, 5, 6];

/** Runs the suite on an engine; each test opens it in a new place. */
export function describeJournalConformance(name: string, newPlace: () => EnginePlace): void {
  describe(name, () => {
    const test = new EngineUnderTest();
    beforeEach(() => test.start(newPlace()));
    afterEach(() => test.end());

    describePurchases(test);
    describeKeys(test);
    describeDeliveries(test);
    describeDestinations(test);
    describeOrder(test);
    describeDecisions(test);
    describeRedeliveries(test);
    describeStatus(test);

    it.each(modelSeeds)('is, after anything that may happen, what a plain model says it is (seed %i)', async (seed) => {
      await runJournalModel(seed, test);
    });

    it.each(modelSeeds)('has each key stand for what a map says it does, whatever happens (seed %i)', async (seed) => {
      await runKeysModel(seed, test);
    });
  });
}
