import { describe, expect, it } from '@jest/globals';

import { Settlement } from '../../shared/outbox/settlement.js';
import type { EpochMs, Outcome, Sequence } from '../../shared/outbox/types.js';
import { settled } from '../support/manual-clock.js';

function confirmed(sequence: number): Outcome {
  return { state: 'confirmed', sequence: sequence as Sequence, attempts: 1, attemptsCounted: 0, at: 0 as EpochMs };
}

/** A journal whose settles are finished by hand. */
function heldJournal() {
  const settles: { sequences: number[]; resolve: () => void; reject: (error: Error) => void }[] = [];
  let atATime = 0;
  let atATimeMost = 0;
  const settlement = new Settlement((outcomes) => {
    atATime += 1;
    atATimeMost = Math.max(atATimeMost, atATime);
    return new Promise<void>((resolve, reject) => {
      settles.push({ sequences: outcomes.map(({ sequence }) => sequence), resolve, reject });
    }).finally(() => (atATime -= 1));
  });
  return { settlement, settles, most: () => atATimeMost };
}

describe('Settlement', () => {
  it('hands over what came together in one settle, in order', async () => {
    const { settlement, settles } = heldJournal();
    for (const sequence of [3, 1, 2]) void settlement.record(confirmed(sequence));
    await settled();
    expect(settles.map(({ sequences }) => sequences)).toEqual([[3, 1, 2]]);
  });

  it('gathers what comes during a settle and never runs two at a time', async () => {
    const { settlement, settles, most } = heldJournal();
    void settlement.record(confirmed(1));
    await settled();
    for (let sequence = 2; sequence <= 100; sequence += 1) void settlement.record(confirmed(sequence));
    await settled();
    expect(settles).toHaveLength(1);
    settles[0]!.resolve();
    await settled();
    expect(settles).toHaveLength(2);
    expect(settles[1]!.sequences).toHaveLength(99);
    expect(most()).toBe(1);
  });

  it('tells nobody that an outcome is durable before it is', async () => {
    const { settlement, settles } = heldJournal();
    const durable: number[] = [];
    void settlement.record(confirmed(1)).then(() => durable.push(1));
    await settled();
    void settlement.record(confirmed(2)).then(() => durable.push(2));
    await settled();
    expect(durable).toEqual([]);
    settles[0]!.resolve();
    await settled();
    expect(durable).toEqual([1]);
    settles[1]!.resolve();
    await settled();
    expect(durable).toEqual([1, 2]);
  });

  it('flushes all that has been handed in', async () => {
    const { settlement, settles } = heldJournal();
    await settlement.flush();
    void settlement.record(confirmed(1));
    await settled();
    void settlement.record(confirmed(2));
    let flushed = false;
    void settlement.flush().then(() => (flushed = true));
    settles[0]!.resolve();
    await settled();
    expect(flushed).toBe(false);
    settles[1]!.resolve();
    await settled();
    expect(flushed).toBe(true);
  });

  it('settles nothing after a failure: what is recorded must stay a prefix of what was decided', async () => {
    const { settlement, settles } = heldJournal();
    const first = settlement.record(confirmed(1));
    await settled();
    const second = settlement.record(confirmed(2));
    settles[0]!.reject(new Error('disk on fire'));
    await expect(first).rejects.toThrow('disk on fire');
    await expect(second).rejects.toThrow('disk on fire');
    await expect(settlement.record(confirmed(3))).rejects.toThrow('disk on fire');
    expect(settles).toHaveLength(1);
  });
});
