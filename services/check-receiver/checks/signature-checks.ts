import { judgeSenderRefused, judgeTaken, meaningOf, note, right, saidStatus, wrong } from '../judge.js';
import { signDelivery } from '../sign-delivery.js';
import type { Check, Delivery, ReceiverAnswer, Verdict } from '../types.js';
import { deliverUnwelcome, signedEvent, worstOf, type CheckContext } from './check-context.js';

const minutes = 10;
const forged = 'Anyone could order in the name of the shop';
const replayed = 'Whoever has recorded a delivery could send it again at any time';

/** Only what is signed, and signed now, may be taken; all of that must be. */
export function signatureChecks(context: CheckContext): Check[] {
  return [...welcomeChecks(context), ...unwelcomeChecks(context), keptNothingCheck(context)];
}

function welcomeChecks(context: CheckContext): Check[] {
  const { deliver, events, secrets } = context;
  const taken = async (delivery: Delivery, why: string) => judgeTaken(await deliver(delivery), why);
  return [
    {
      name: 'JSON with spaces and escapes',
      sent: 'a purchase as JSON that no serialiser writes, signed as it is',
      run: () => {
        const event = events.next();
        const body = spacedJson(event);
        const delivery = signDelivery(body, { id: event.data.id, secret: secrets[0] });
        return taken(delivery, 'The raw bytes are signed, not what a serialiser makes of them (Standard Webhooks).');
      },
    },
    {
      name: 'a list of signatures',
      sent: 'a purchase with signatures of unknown versions and one good one',
      run: () => {
        const { headers, body } = signedEvent(context, events.next());
        const other = signDelivery(body, { id: headers['webhook-id'] ?? '', secret: context.strangeSecret });
        const list = ['v9,AAAA', 'v1a,BBBB', other.headers['webhook-signature'], headers['webhook-signature']];
        const delivery = { headers: { ...headers, 'webhook-signature': list.join(' ') }, body };
        return taken(delivery, 'While a secret is replaced, each delivery bears two signatures (O10).');
      },
    },
    ...secrets.slice(1).map((secret) => ({
      name: 'the second secret',
      sent: 'a purchase signed with the second secret alone',
      run: () => {
        const event = events.next();
        const delivery = signDelivery(JSON.stringify(event), { id: event.data.id, secret });
        return taken(delivery, 'Both secrets are in force while one is replaced (O10).');
      },
    })),
  ];
}

function unwelcomeChecks(context: CheckContext): Check[] {
  const { events, secrets, strangeSecret } = context;
  const refused = async (make: (id: string, body: string) => Delivery, why: string) => {
    const event = events.next();
    const delivery = make(event.data.id, JSON.stringify(event));
    return judgeSenderRefused(await deliverUnwelcome(context, event, delivery), why);
  };
  const inMinutes = (number: number) => (id: string, body: string) =>
    signDelivery(body, { id, secret: secrets[0], at: new Date(Date.now() + number * 60_000) });
  return [
    {
      name: 'a bad signature',
      sent: 'a purchase signed with a secret that nobody has',
      run: () => refused((id, body) => signDelivery(body, { id, secret: strangeSecret }), forged),
    },
    {
      name: 'missing headers',
      sent: 'three purchases, each without one of the three webhook headers',
      run: async () => {
        const without = (name: string) =>
          refused((id, body) => {
            const { headers } = signDelivery(body, { id, secret: secrets[0] });
            return { headers: Object.fromEntries(Object.entries(headers).filter(([each]) => each !== name)), body };
          }, `${forged}: there was no ${name}`);
        const signature = toleratingBadRequest(await without('webhook-signature'));
        return worstOf([
          signature,
          toleratingBadRequest(await without('webhook-id')),
          toleratingBadRequest(await without('webhook-timestamp')),
        ]);
      },
    },
    {
      name: `a time ${minutes} minutes old`,
      sent: `a purchase signed ${minutes} minutes ago`,
      run: () => refused(inMinutes(-minutes), replayed),
    },
    {
      name: `a time ${minutes} minutes ahead`,
      sent: `a purchase signed ${minutes} minutes from now`,
      run: () => refused(inMinutes(minutes), replayed),
    },
    {
      name: 'a body that was changed',
      sent: 'a purchase, changed by one byte after it was signed',
      run: () =>
        refused((id, body) => {
          const { headers } = signDelivery(body, { id, secret: secrets[0] });
          return { headers, body: body.replace('"quantity":1', '"quantity":2') };
        }, 'Anyone on the way could change an order'),
    },
  ];
}

/** Without a header a request is a bad one, too: no purchase of a checkout comes without. */
function toleratingBadRequest(verdict: Verdict): Verdict {
  return verdict.outcome === 'note' && verdict.came.startsWith('400') ? { outcome: 'ok', came: verdict.came } : verdict;
}

/** What was turned away must have left nothing behind: signed as it must be, it is new. */
function keptNothingCheck(context: CheckContext): Check {
  return {
    name: 'what was turned away, signed well',
    sent: 'the purchases that were turned away, now as they must be',
    run: async () => {
      const verdicts: Verdict[] = [];
      for (const event of context.turnedAway) {
        verdicts.push(judgeNew(await context.deliver(signedEvent(context, event))));
      }
      const [first, ...others] = verdicts;
      if (first === undefined) return { outcome: 'ok', came: 'nothing was turned away: nothing to send' };
      const { outcome, came, ...rest } = worstOf([first, ...others]);
      return { outcome, came: `${verdicts.length} × ${came}`, ...rest } as Verdict;
    },
  };
}

function judgeNew(answer: ReceiverAnswer): Verdict {
  const expected = '200 {"status":"applied"}';
  if (meaningOf(answer) !== 'confirmed') return judgeTaken(answer, 'It is signed as it must be now.');
  if (saidStatus(answer) === 'duplicate') {
    return wrong(answer, { expected, why: 'Something of it was kept when it was refused: check the signature first.' });
  }
  return saidStatus(answer) === 'applied'
    ? right(answer)
    : note(answer, { expected, why: 'The answer does not say whether anything of it was kept before.' });
}

/** Field order turned round, a line for each, and the customer in escapes. */
function spacedJson(event: object): string {
  const turned = Object.fromEntries(Object.entries(event).reverse());
  return JSON.stringify(turned, null, 3).replace('"check-receiver"', '"\\u0063heck-receiver"');
}
