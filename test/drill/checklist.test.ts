import { describe, expect, it } from '@jest/globals';

import { Checklist } from './checklist.js';

describe('a checklist', () => {
  it('holds as long as nothing was found, and keeps what was looked at', () => {
    const checklist = new Checklist();
    checklist.enter('nothing is lost', []);
    checklist.enter('nothing is lost', []);
    expect(checklist).toMatchObject({ holds: true, checks: [{ what: 'nothing is lost', faults: [] }] });
  });

  it('keeps a fault although it holds later, and each only once', () => {
    const checklist = new Checklist();
    checklist.enter('nothing is lost', ['1 is missing']);
    checklist.enter('nothing is lost', []);
    checklist.enter('nothing is lost', ['1 is missing', '2 is missing']);
    expect(checklist.holds).toBe(false);
    expect(checklist.checks).toEqual([{ what: 'nothing is lost', faults: ['1 is missing', '2 is missing'] }]);
  });

  it('stops looking where a whole book is lost: a million faults need not be told, nor kept', async () => {
    let looked = 0;
    async function* missing() {
      for (;;) {
        looked += 1;
        yield await Promise.resolve(`${looked} is missing`);
      }
    }
    const checklist = new Checklist();
    await checklist.enterEach('nothing is lost', missing());
    expect(checklist.checks[0]?.faults).toHaveLength(looked);
    expect(looked).toBeLessThanOrEqual(100);
  });
});
