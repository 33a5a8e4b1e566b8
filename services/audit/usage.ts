/** How the audit ends: documented in its help. */
export const exitCodes = { agree: 0, disagree: 1, unable: 2, interrupted: 130 } as const;

export const usage = `Compares the books of the checkout, the warehouse and finance, entry by entry.

usage: npm run audit -- [options]

  --checkout URL, --warehouse URL, --finance URL
                 where they are; without them the variables CHECKOUT_URL,
                 WAREHOUSE_URL and FINANCE_URL, else http://127.0.0.1:3000,
                 3001 and 3002
  --token T      admin token of all three; better the variable ADMIN_TOKEN,
                 which no list of processes shows; else that of the demo
  --acknowledged FILE
                 what customers were told, as "npm run load" writes it: all
                 of it must be in the checkout's book. May be given twice
  --settle S     wait for so many seconds at most until nothing is in flight
                 any more; 0 without it: what is in flight is counted
  --repair       ask the checkout to deliver again what is missing, on record
                 as a decision; wait for it; audit again
  --ids N        name the first N of each kind, 0 to 1000; 5 without it
  --json         one JSON object instead of text
  --help         this text

exit code: 0 the books agree; what is still in flight is told, and no fault
           1 they do not · 2 could not audit: wrong usage or token, or a
           service does not answer · 130 interrupted
`;
