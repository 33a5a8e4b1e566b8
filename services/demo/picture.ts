import { readableCount } from '../../shared/command-line/index.js';
import { receivers, type CheckoutStatus, type ReceiverName } from '../../shared/shop-client/index.js';
import type { Sight } from './watch.js';

const barWidth = 8;
const secondsWidth = 3;

/** Log, mark and lanes in one line of at most 79 characters, while there are no more than some ten thousand purchases. */
export function picture(sight: Sight): string {
  const seconds = `${String(Math.round(sight.elapsedMs / 1000)).padStart(secondsWidth)} s`;
  const { status } = sight;
  if (!status) {
    const books = receivers.map((receiver) => `${receiver} ${orDown(sight[receiver])}`).join(', ');
    return `${seconds}  the checkout is down · in the books: ${books}`;
  }
  const { durableSequence, lowWaterMark } = status.log;
  const log = `log ${readableCount(durableSequence)} ${bar(status)} mark ${readableCount(lowWaterMark)}`;
  return [`${seconds}  ${log}`, ...receivers.map((receiver) => lane(receiver, sight, status))].join(' │ ');
}

/** What the log's files still hold: finished up to the mark, owed to someone behind it. */
function bar({ log }: CheckoutStatus): string {
  const { firstSequence, lowWaterMark, durableSequence } = log;
  const held = durableSequence - firstSequence + 1;
  const owed = durableSequence - Math.max(lowWaterMark, firstSequence - 1);
  // What is owed shows, however little it is.
  const filled = held > 0 ? Math.ceil((barWidth * owed) / held) : 0;
  return '░'.repeat(barWidth - filled) + '█'.repeat(filled);
}

/** What is owed to it and, in a word, why it stays so. */
function lane(receiver: ReceiverName, sight: Sight, { destinations }: CheckoutStatus): string {
  const { pending = 0, parked = 0, circuit = 'closed' } = destinations[receiver] ?? {};
  const words = [
    ...(sight[receiver] === undefined ? ['down'] : []),
    ...(circuit === 'closed' ? [] : ['open']),
    ...(parked > 0 ? ['parked'] : []),
  ];
  return [receiver, readableCount(pending), ...words.slice(0, 1)].join(' ');
}

function orDown(purchases: number | undefined): string {
  return purchases === undefined ? '(down)' : readableCount(purchases);
}
