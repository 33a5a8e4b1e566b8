import { judgeTaken, meaningOf, note, right, saidStatus, wrong, consequenceOf } from '../judge.js';
import { withOtherContent } from '../test-events.js';
import type { Check, ReceiverAnswer, Verdict } from '../types.js';
import { signedEvent, type CheckContext } from './check-context.js';

const atOnce = 10;
const twice = 'The purchase was applied twice: the id must be stored in the transaction of the effect (O4).';
const silent = 'The answer does not say whether it was applied or known, so that cannot be seen from here.';

/** A purchase must arrive, and have its effect once. */
export function onceChecks(context: CheckContext): [first: Check, ...others: Check[]] {
  const { deliver, events } = context;
  const first = events.next();
  return [
    {
      name: 'a valid event',
      sent: 'a purchase, signed now',
      run: async () => judgeFirst(await deliver(signedEvent(context, first))),
    },
    {
      name: 'the same event again',
      sent: 'the same purchase with the same id, signed anew',
      run: async () => judgeAgain(await deliver(signedEvent(context, first))),
    },
    {
      name: 'the same id with other content',
      sent: 'another purchase under the id of the first',
      run: async () => judgeConflict(await deliver(signedEvent(context, withOtherContent(first)))),
    },
    {
      name: `the same event ${atOnce} times at once`,
      sent: `a new purchase, ${atOnce} times over several connections`,
      run: async () => {
        const delivery = signedEvent(context, events.next());
        return judgeAtOnce(await Promise.all(Array.from({ length: atOnce }, () => deliver(delivery))));
      },
    },
  ];
}

function judgeFirst(answer: ReceiverAnswer): Verdict {
  const unauthorized = answer.kind === 'status' && answer.status === 401;
  return judgeTaken(answer, unauthorized ? 'Is the secret the one that the receiver has?' : '');
}

function judgeAgain(answer: ReceiverAnswer): Verdict {
  const taken = judgeTaken(answer, 'A repeat must be confirmed, or the checkout never learns that it arrived.');
  if (taken.outcome === 'WRONG') return taken;
  const expected = '200 {"status":"duplicate"}';
  if (saidStatus(answer) === 'applied') return wrong(answer, { expected, why: twice });
  return saidStatus(answer) === 'duplicate' ? taken : note(answer, { expected, why: silent });
}

function judgeConflict(answer: ReceiverAnswer): Verdict {
  const expected = '409';
  switch (meaningOf(answer)) {
    case 'refused':
      return right(answer);
    case 'confirmed': {
      const lost = 'One of the two purchases is lost without a word';
      if (saidStatus(answer) !== 'duplicate') return wrong(answer, { expected, why: `${lost}, or both were applied.` });
      // Nothing was applied, and ids of a checkout are never used twice: no more than a safety net is missing.
      return note(answer, { expected, why: `${lost}. A checkout never does that; a broken sender might.` });
    }
    default:
      return wrong(answer, { expected, why: consequenceOf(answer) });
  }
}

function judgeAtOnce(answers: readonly ReceiverAnswer[]): Verdict {
  const expected = `2xx ${atOnce} times, once "applied" and otherwise "duplicate"`;
  const said = (status: string) => answers.filter((answer) => saidStatus(answer) === status).length;
  const applied = said('applied');
  const came = `${applied} × applied, ${said('duplicate')} × duplicate`;
  const odd = answers.find((answer) => meaningOf(answer) !== 'confirmed');
  if (applied > 1) return { outcome: 'WRONG', came, expected, why: twice };
  if (odd !== undefined) {
    const busy = odd.kind === 'status' && [408, 425, 429, 503].includes(odd.status);
    const why = `The checkout may send twice at the same time, after a restart or a time-out. ${consequenceOf(odd)}`;
    return busy ? note(odd, { expected, why }) : wrong(odd, { expected, why });
  }
  if (applied + said('duplicate') < answers.length)
    return { outcome: 'note', came: `${answers.length} × 2xx`, expected, why: silent };
  if (applied === 1) return { outcome: 'ok', came };
  return {
    outcome: 'WRONG',
    came,
    expected,
    why: 'It was never applied: what is confirmed here is stored nowhere (O6).',
  };
}
