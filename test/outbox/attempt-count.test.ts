import { describe, expect, it } from '@jest/globals';

import { AttemptCount } from '../../shared/outbox/attempt-count.js';

describe('AttemptCount', () => {
  it('counts nothing at the first failure: who is to blame is not known yet', () => {
    const count = new AttemptCount();
    count.failed({ successes: 1_000, openings: 3 });
    expect(count).toMatchObject({ attempts: 1, counted: 0, amongSuccesses: 0 });
  });

  it('counts a failure once others have succeeded since and the circuit stayed closed', () => {
    const count = new AttemptCount();
    count.failed({ successes: 10, openings: 0 });
    count.failed({ successes: 11, openings: 0 });
    expect(count).toMatchObject({ attempts: 2, counted: 1, amongSuccesses: 1 });
    count.failed({ successes: 50, openings: 0 });
    expect(count).toMatchObject({ attempts: 3, counted: 2, amongSuccesses: 2 });
  });

  it('counts nothing while nobody succeeds: an outage must not park a purchase', () => {
    const count = new AttemptCount();
    for (let failure = 0; failure < 1_000; failure += 1) count.failed({ successes: 10, openings: failure });
    expect(count).toMatchObject({ attempts: 1_000, counted: 0, amongSuccesses: 0 });
  });

  it('counts nothing when the circuit opened in between, but lets the entry wait longer', () => {
    const count = new AttemptCount();
    count.failed({ successes: 10, openings: 0 });
    count.failed({ successes: 20, openings: 1 });
    expect(count).toMatchObject({ attempts: 2, counted: 0, amongSuccesses: 1 });
    count.failed({ successes: 30, openings: 1 });
    expect(count).toMatchObject({ attempts: 3, counted: 1, amongSuccesses: 2 });
  });

  it('goes on from what is on record, and begins its comparison anew', () => {
    const count = new AttemptCount(7, 3);
    expect(count).toMatchObject({ attempts: 7, counted: 3, amongSuccesses: 3 });
    count.failed({ successes: 0, openings: 0 });
    expect(count).toMatchObject({ attempts: 8, counted: 3 });
    count.failed({ successes: 1, openings: 0 });
    expect(count).toMatchObject({ attempts: 9, counted: 4, amongSuccesses: 4 });
  });

  it('takes a final answer for an attempt', () => {
    const count = new AttemptCount(2, 1);
    count.finished();
    expect(count).toMatchObject({ attempts: 3, counted: 1 });
  });
});
