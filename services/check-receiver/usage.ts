/** The receiver could not be checked at all; the message says why. */
export class CannotCheckError extends Error {
  override readonly name = 'CannotCheckError';
}

/** How the tool ends: documented in its help. */
export const exitCodes = { right: 0, wrong: 1, unchecked: 2, interrupted: 130 } as const;

export const usage = `Tells what a receiver of deliveries does wrong.

usage: npm run check-receiver -- URL --secret whsec_… [options]

Sends purchases to URL, signed by Standard Webhooks as the checkout signs
them: good ones, the same again, forged ones, old ones, broken ones, batches
with one bad event. Each is a REAL purchase to the receiver: check a test
instance. Their customerId is "check-receiver".

  --secret S     the receiver's webhook secret. Given twice: it must take
                 both, each by itself, as in a rotation. Without it, the
                 variables WEBHOOK_SECRET and WEBHOOK_SECRET_PREVIOUS are
                 taken, which no list of processes shows.
  --batch N      size of the large batch, 2 to 500; 500 without it
  --no-batch     it takes single events only: a batch must be refused
  --timeout MS   what one attempt has, 10 to 120000; 5000 without it, as the
                 checkout
  --sequence N   sequence of the first purchase; 1 without it
  --verbose      tell of the good ones, too, what was sent and what came
  --help         this text

exit code: 0 all is right · 1 something is wrong
           2 could not check: wrong usage, or nobody answers · 130 interrupted
`;
