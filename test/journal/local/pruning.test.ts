import { describe, expect, it } from '@jest/globals';

import { deferred } from '../../../shared/journal/local/deferred.js';
import { Pruning } from '../../../shared/journal/local/pruning.js';
import type { Sequence } from '../../../shared/wal/index.js';

const sequence = (number: number) => number as Sequence;
const turn = () => new Promise(setImmediate);

/** A pruner that records what it is told; each of its runs waits until the test lets it go on. */
function setUp() {
  const told: string[] = [];
  const pruned: Sequence[] = [];
  const failures: unknown[] = [];
  const listed = deferred<undefined>();
  const runs: ReturnType<typeof deferred<Sequence | undefined>>[] = [];
  const pruning = new Pruning({
    pruner: {
      start: () => listed.promise,
      added: (first) => {
        told.push(`added ${first}`);
      },
      prune: (mark) => {
        told.push(`prune to ${mark}`);
        const run = deferred<Sequence | undefined>();
        runs.push(run);
        return run.promise;
      },
    },
    onPruned: (first) => {
      pruned.push(first);
    },
    onFailed: (error) => {
      failures.push(error);
    },
  });
  return { pruning, told, pruned, failures, listed, runs };
}

describe('pruning', () => {
  it('remembers a segment made while the others were listed: without it the log would get a hole and be refused', async () => {
    const { pruning, told, listed, runs } = setUp();
    const started = pruning.start();
    pruning.rolled(sequence(11));
    expect(told).toEqual([]);
    listed.resolve(undefined);
    await started;
    expect(told[0]).toBe('added 11');
    runs[0]?.resolve(undefined);
    await pruning.stop();
  });

  it('removes nothing before it knows what is there, however far the mark is', async () => {
    const { pruning, told, listed, runs } = setUp();
    pruning.passed(sequence(7));
    expect(told).toEqual([]);
    listed.resolve(undefined);
    await pruning.start();
    expect(told).toEqual(['prune to 7']);
    runs[0]?.resolve(sequence(8));
    await pruning.stop();
  });

  it('runs again for a segment sealed during a run: its space would be lost until the next purchase', async () => {
    const { pruning, told, pruned, listed, runs } = setUp();
    listed.resolve(undefined);
    await pruning.start();
    pruning.rolled(sequence(11));
    expect(told).toEqual(['prune to 0', 'added 11']);
    runs[0]?.resolve(undefined);
    await turn();
    expect(told).toEqual(['prune to 0', 'added 11', 'prune to 0']);
    runs[1]?.resolve(sequence(11));
    await turn();
    expect(pruned).toEqual([11]);
    await pruning.stop();
  });

  it('runs again for a mark that came during a run, and never with one that is lower', async () => {
    const { pruning, told, listed, runs } = setUp();
    listed.resolve(undefined);
    await pruning.start();
    pruning.passed(sequence(5));
    pruning.passed(sequence(9));
    pruning.passed(sequence(4));
    runs[0]?.resolve(undefined);
    await turn();
    runs[1]?.resolve(undefined);
    await turn();
    expect(told).toEqual(['prune to 0', 'prune to 9']);
    await pruning.stop();
  });

  it('waits at the end for the unlink under way, and begins no other', async () => {
    const { pruning, told, listed, runs } = setUp();
    listed.resolve(undefined);
    await pruning.start();
    pruning.passed(sequence(5));
    let stopped = false;
    const stopping = pruning.stop().then(() => {
      stopped = true;
    });
    await turn();
    expect(stopped).toBe(false);
    runs[0]?.resolve(undefined);
    await stopping;
    pruning.passed(sequence(6));
    expect(told).toEqual(['prune to 0']);
  });

  it('tells of a segment that cannot be removed once, and leaves the rest alone', async () => {
    const { pruning, told, failures, listed, runs } = setUp();
    listed.resolve(undefined);
    await pruning.start();
    runs[0]?.reject(new Error('read-only file system'));
    await turn();
    pruning.passed(sequence(5));
    expect(failures).toEqual([new Error('read-only file system')]);
    expect(told).toEqual(['prune to 0']);
  });

  it('lets whoever opens the journal hear that the log cannot be listed', async () => {
    const { pruning, listed } = setUp();
    listed.reject(new Error('permission denied'));
    await expect(pruning.start()).rejects.toThrow('permission denied');
  });
});
