import { describe, expect, it } from '@jest/globals';

import { deferred } from '../../../shared/journal/local/deferred.js';
import { ExpiredKeys } from '../../../shared/journal/local/expired-keys.js';
import type { Sequence } from '../../../shared/journal/types.js';
import { GroupTransactionClosedError } from '../../../shared/sqlite/index.js';
import { settled } from '../../support/manual-clock.js';
import { ManualLogClock } from '../../support/manual-log-clock.js';

const sequence = (number: number) => number as Sequence;

/** As many keys as the test says have expired; each transaction waits until the test lets it go on. */
function setUp(batches: number) {
  const clock = new ManualLogClock();
  const ends: number[] = [];
  const looks: number[] = [];
  const failures: unknown[] = [];
  const commits: ReturnType<typeof deferred<undefined>>[] = [];
  let left = batches;
  const keys = new ExpiredKeys({
    store: {
      canLetGo: (end) => {
        looks.push(end);
        return left > 0;
      },
      letGo: (end) => {
        ends.push(end);
        left -= 1;
        return left > 0;
      },
    },
    commit: async (work) => {
      const commit = deferred<undefined>();
      commits.push(commit);
      await commit.promise;
      return work();
    },
    clock,
    onFailed: (error) => failures.push(error),
  });
  const committed = async () => {
    commits.at(-1)?.resolve(undefined);
    await settled();
  };
  const pass = async (ms: number) => {
    clock.advance(ms);
    await settled();
  };
  return { keys, clock, ends, looks, failures, commits, committed, pass };
}

describe('expired keys', () => {
  it('go a few at a time, with a pause in between: an old shop has millions, and deliveries wait for the same disk', async () => {
    const { keys, ends, commits, committed, pass } = setUp(2);
    keys.start(sequence(7));
    await pass(20);
    expect(commits).toHaveLength(1);
    await pass(1000);
    expect(commits).toHaveLength(1);
    await committed();
    expect(ends).toEqual([7]);
    await pass(19);
    expect(commits).toHaveLength(1);
    await pass(1);
    await committed();
    expect(ends).toEqual([7, 7]);
    await keys.stop();
  });

  it('cost one look a minute where there are none: no transaction, no sync', async () => {
    const { keys, looks, commits, pass } = setUp(0);
    keys.start(sequence(1));
    await pass(20);
    expect(looks).toHaveLength(1);
    await pass(59_999);
    expect(looks).toHaveLength(1);
    await pass(1);
    expect(looks).toHaveLength(2);
    expect(commits).toEqual([]);
    await keys.stop();
  });

  it('go only up to where the log begins, as it was last told', async () => {
    const { keys, looks, pass } = setUp(0);
    keys.start(sequence(5));
    keys.pruned(sequence(9));
    keys.pruned(sequence(8));
    await pass(20);
    expect(looks).toEqual([9]);
    await keys.stop();
  });

  it('let the transaction under way end when they are stopped, and begin no other', async () => {
    const { keys, clock, commits, committed, pass } = setUp(5);
    keys.start(sequence(1));
    await pass(20);
    let stopped = false;
    const stopping = keys.stop().then(() => {
      stopped = true;
    });
    await settled();
    expect(stopped).toBe(false);
    await committed();
    await stopping;
    expect(clock.scheduled).toBe(0);
    expect(commits).toHaveLength(1);
  });

  it('are left to the next start when the database is being closed, and make no noise', async () => {
    const { keys, clock, failures, commits, pass } = setUp(5);
    keys.start(sequence(1));
    await pass(20);
    commits[0]?.reject(new GroupTransactionClosedError());
    await settled();
    expect(failures).toEqual([]);
    expect(clock.scheduled).toBe(0);
    await keys.stop();
  });

  it('say that they cannot go, once: a database that fails must end the process', async () => {
    const { keys, clock, failures, commits, pass } = setUp(5);
    keys.start(sequence(1));
    await pass(20);
    commits[0]?.reject(new Error('broken'));
    await settled();
    expect(failures).toEqual([new Error('broken')]);
    expect(clock.scheduled).toBe(0);
    await keys.stop();
  });
});
