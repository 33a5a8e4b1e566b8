/** Nothing could be sold, or what was sold could not be noted; the message says why. */
export class CannotLoadError extends Error {
  override readonly name = 'CannotLoadError';
}

/** How the command ends: documented in its help. */
export const exitCodes = { right: 0, wrong: 1, unusable: 2 } as const;

export const usage = `Buys at the checkout, as many customers do, and survives its death.

usage: npm run load -- [options]

Every purchase has a key of its own. When no answer comes, or one that asks
for another try, it is sent again with the same key until an answer tells.
Each is a REAL purchase to the checkout and its destinations.

  --url URL           of the checkout; http://127.0.0.1:3000 without it
  --concurrency N     so many customers, each of whom buys one thing after the
                      other, 1 to 1000; 8 without it
  --rate N            instead: begins N purchases per second at even distances,
                      whatever their answers take; what a late one waited
                      counts as latency. 0.01 to 100000
  --connections N     with --rate: purchases at a time, at most; 64 without it
  --duration TIME     30s, 5m, 2h or forever; 30s without it
  --purchases N       ends after so many; without --duration, then only
  --retries SHARE     of the purchases, sent twice though nothing failed: half
                      of them at once, half after the 201. Both answers must be
                      one purchase. 0 to 1; 0.05 without it
  --seed N            the same orders again; keys are new in each run
  --acknowledged FILE every purchase that was acknowledged, a line of JSON each,
                      for npm run audit. A file that is there is refused
  --append            goes on behind what is in that file
  --api-key KEY       for a checkout with API_KEYS; better the variable, which
                      no list of processes shows
  --json              the summary as JSON; the rest goes to standard error
  --help              this text

Variables are taken where an option is not given: CHECKOUT_URL, API_KEY, and
LOAD_CONCURRENCY, LOAD_RATE, LOAD_CONNECTIONS, LOAD_DURATION, LOAD_PURCHASES,
LOAD_RETRIES, LOAD_SEED.

Ctrl-C: begins no more, and waits up to 30 s for answers to those under way. A
second one ends it at once.

exit code: 0 all purchases are known, and right · 1 a wrong answer, or some
           that are not known · 2 wrong usage, or no checkout that sells to us
           · 130 a second Ctrl-C
`;
