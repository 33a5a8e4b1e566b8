import type { PurchaseEvent } from '../../../shared/purchase/index.js';

import { consequenceOf, judgeParked, meaningOf, wrong } from '../judge.js';
import { readResults, type Result } from '../read-results.js';
import { signDelivery } from '../sign-delivery.js';
import { withBrokenContent } from '../test-events.js';
import type { Check, ReceiverAnswer, Verdict } from '../types.js';
import type { CheckContext } from './check-context.js';

/** A batch is answered for event by event, and one bad event fails none of its neighbours (O11). */
export function batchChecks(context: CheckContext, size: number): Check[] {
  const { events } = context;
  const [one, bad, other] = [events.next(), events.next(), events.next()];
  const mixed = [one, withBrokenContent(bad), other];
  const ids = [one.data.id, bad.data.id, other.data.id];
  return [
    {
      name: 'a batch with one bad event',
      sent: 'two purchases and, between them, one that breaks the schema',
      run: async () => judgeBatch(await deliverBatch(context, mixed), ids, ['applied', 'rejected', 'applied']),
    },
    {
      name: 'the same batch again',
      sent: 'the same three again',
      run: async () => judgeBatch(await deliverBatch(context, mixed), ids, ['duplicate', 'rejected', 'duplicate']),
    },
    {
      name: `a batch of ${size} events`,
      sent: `${size} purchases in one request`,
      run: async () => {
        const many = Array.from({ length: size }, () => events.next());
        const expected = many.map(() => 'applied');
        return judgeBatch(await deliverBatch(context, many), idsOf(many), expected);
      },
    },
  ];
}

/** A receiver that never heard of batches must not confirm one. */
export function noBatchChecks(context: CheckContext): Check[] {
  const { events } = context;
  return [
    {
      name: 'a batch, which it does not take',
      sent: 'two purchases in one request',
      run: async () =>
        judgeParked(await deliverBatch(context, [events.next(), events.next()]), 'It does not take batches.'),
    },
  ];
}

function deliverBatch({ deliver, secrets }: CheckContext, events: readonly object[]): Promise<ReceiverAnswer> {
  const id = `batch-${crypto.randomUUID()}`;
  return deliver(signDelivery(JSON.stringify(events), { id, secret: secrets[0] }));
}

const idsOf = (events: readonly PurchaseEvent[]) => events.map(({ data }) => data.id);

function judgeBatch(answer: ReceiverAnswer, ids: readonly string[], statuses: readonly string[]): Verdict {
  const expected = `200 {"results":[…]} with ${inWords(statuses)}, in the order of the events`;
  if (meaningOf(answer) !== 'confirmed') return wrong(answer, { expected, why: wholeBatchRefused(answer) });
  const results = readResults(answer);
  if (results === undefined) {
    return wrong(answer, {
      expected,
      why: 'Without results the checkout takes nothing as stored and sends all again (O11).',
    });
  }
  const came = inWords(results.map(({ status }) => status));
  const fault = firstFault(results, ids, statuses);
  if (fault !== undefined) return { outcome: 'WRONG', came, expected, why: fault };
  if (results.every(({ id }, index) => id === ids[index])) return { outcome: 'ok', came };
  const why = 'The results are not in the order of the events, or there are too many. The checkout goes by the ids.';
  return { outcome: 'note', came, expected, why };
}

function wholeBatchRefused(answer: ReceiverAnswer): string {
  const rule = 'One bad event must not fail its neighbours (O11).';
  if (meaningOf(answer) !== 'refused') return `${rule} ${consequenceOf(answer)}`;
  const tooLarge = answer.kind === 'status' && answer.status === 413;
  const hint = tooLarge ? ' Raise the limit for bodies, or configure smaller batches and check with --batch N.' : '';
  return `${rule} The checkout sends each event again by itself: such a batch costs more than none.${hint}`;
}

/** What is wrong with the first event that is not answered for as it must be. */
function firstFault(
  results: readonly Result[],
  ids: readonly string[],
  statuses: readonly string[],
): string | undefined {
  for (const [index, id] of ids.entries()) {
    const number = index + 1;
    const result = results.find((each) => each.id === id);
    const [status, must] = [result?.status, statuses[index] ?? ''];
    if (status === must) continue;
    if (status === undefined) return `There is no result with the id of event ${number}: it is sent again (O11).`;
    return `Event ${number} is "${status}", not "${must}": ${reason(status, must)}`;
  }
  return undefined;
}

function reason(status: string, must: string): string {
  if (status === 'applied' && must === 'duplicate') return 'it was applied twice (O4).';
  if (status === 'applied') return 'it confirms what cannot have been stored (O6).';
  if (status === 'duplicate' && must === 'applied') return 'it is new, and was never applied (O6).';
  if (status === 'duplicate') return 'something of it was kept, though it was refused (O6).';
  if (status === 'rejected') return 'the checkout parks a purchase that is good (O11).';
  if (status === 'retry') return 'the checkout sends it again and again (O11).';
  return 'the checkout does not know this word, and sends it again (O11).';
}

function inWords(statuses: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const status of statuses) counts.set(status, (counts.get(status) ?? 0) + 1);
  return Array.from(counts, ([status, count]) => `${count} × ${status}`).join(', ') || 'no results';
}
