/** How the drill ends: documented in its help. */
export const exitCodes = { held: 0, failed: 1, usage: 2, interrupted: 130 } as const;

export const killsDefault = 30;
export const rateDefault = 100;

export const usage = `Kills the three services over and over while customers buy; audits the books.

usage: npm run drill -- [options]

  --kills N     deaths, 1 to 100000; ${killsDefault} without it. A thousand take about
                half an hour
  --seed N      the same deaths in the same weather as in the drill that
                printed it
  --rate N      purchases per second at most, 1 to 2000; ${rateDefault} without it
  --keep DIR    a folder that is empty, or not there yet: the services' data
                and output stay in it. Without it they stay, in a folder that
                is named, only where something failed
  --json FILE   all figures and every death, for programs
  --help        this text

Ctrl-C ends it early, with the audit and the card of what was done.

exit code: 0 all held · 1 something did not · 2 wrong usage
           130 interrupted, and all held until then
`;
