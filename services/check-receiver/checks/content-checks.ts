import { consequenceOf, judgeParked, meaningOf, note } from '../judge.js';
import { signDelivery } from '../sign-delivery.js';
import { withBrokenContent } from '../test-events.js';
import type { Check, ReceiverAnswer, Verdict } from '../types.js';
import type { CheckContext } from './check-context.js';

/** What is signed well and cannot be taken must be parked, and stop nothing else. */
export function contentChecks({ deliver, events, secrets }: CheckContext): Check[] {
  const signed = (body: string, id: string) => deliver(signDelivery(body, { id, secret: secrets[0] }));
  return [
    {
      name: "a webhook-id that is not the event's",
      sent: 'a purchase under the id of another one',
      run: async () => {
        const body = JSON.stringify(events.next());
        return judgeForeignId(await signed(body, events.next().data.id));
      },
    },
    {
      name: 'malformed JSON',
      sent: 'half a purchase, signed well',
      run: async () => {
        const event = events.next();
        const half = JSON.stringify(event).slice(0, 80);
        return judgeParked(await signed(half, event.data.id), 'It will be no better the next time.');
      },
    },
    {
      name: 'an event of an unknown type',
      sent: 'an event of the type check.unknown, signed well',
      run: async () => {
        const event = { ...events.next(), type: 'check.unknown' };
        return judgeUnknown(await signed(JSON.stringify(event), event.data.id));
      },
    },
    {
      name: 'an event that breaks the schema',
      sent: 'a purchase with nothing in it but its id',
      run: async () => {
        const event = events.next();
        const body = JSON.stringify(withBrokenContent(event));
        return judgeParked(await signed(body, event.data.id), 'There is nothing in it that could have been stored.');
      },
    },
  ];
}

function judgeForeignId(answer: ReceiverAnswer): Verdict {
  if (meaningOf(answer) !== 'confirmed') return judgeParked(answer, 'It speaks of this delivery only.');
  const why = 'Only one of the two ids can tell a repeat. Two ids that differ are a bug of the sender: refuse them.';
  return note(answer, { expected: '400', why });
}

function judgeUnknown(answer: ReceiverAnswer): Verdict {
  if (meaningOf(answer) !== 'confirmed') return judgeParked(answer, 'It speaks of this event only.');
  const why = `${consequenceOf(answer)} That is right only if events of other types are none of its business.`;
  return note(answer, { expected: '400 or 422', why });
}
