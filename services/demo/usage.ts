/** How the demonstration ends: documented in its help. */
export const exitCodes = { agree: 0, disagree: 1, unusable: 2, interrupted: 130 } as const;

export const usage = `Shows in two minutes that no purchase gets lost.

usage: npm run demo -- [options]

Starts the checkout, the warehouse and finance on free ports, with data in a
folder of their own; sells; kills the checkout in mid-stream, takes finance
down, makes the warehouse ask for time, cuts connections behind a receiver's
back, parks a poisoned purchase and releases it; and compares the books.

  --fast     no time to read, and fewer purchases
  --seed N   the same orders as in the run that printed it
  --help     this text

exit code: 0 the books agree · 1 they do not, or a step failed
           2 wrong usage · 130 interrupted; nothing is left running
`;
