import type { Finding, FindingKind, Sequence, SequenceRange } from '../../shared/wal/index.js';
import type { KnownLog } from './known-elsewhere.js';
import { readableCount } from '../../shared/command-line/index.js';

const titles: Record<FindingKind, string> = {
  'damaged-bytes': 'damaged bytes',
  'damaged-header': 'a damaged header',
  'missing-entries': 'entries are missing',
  'surplus-bytes': 'bytes that do not belong there',
  'broken-chain': 'segments that do not fit each other',
  'misnamed-segment': 'a wrong name',
  'repeated-segment': 'a segment that is there twice',
  'foreign-segment': 'a segment of another log',
  'unknown-version': 'a format that this build does not know',
};

const idsMax = 5;

/** A finding for a person: what and where, what it costs, and what is known of those purchases. */
export function describeFinding(number: number, finding: Finding, log: KnownLog): string[] {
  const { kind, file, offset, bytes, reason, lost, perhapsLost } = finding;
  const where = bytes > 0 ? `byte ${offset}, ${readableCount(bytes)} bytes` : `byte ${offset}`;
  return [
    `${number}. ${titles[kind]}: ${file}, ${where}`,
    `   ${reason}`,
    ...(lost ? describeLost(lost, log) : []),
    ...(perhapsLost > 0 ? [`   ${describePerhaps(perhapsLost, lost)}`] : []),
    ...(lost || perhapsLost > 0 ? [] : [`   ${withoutLoss(kind)}`]),
  ];
}

function withoutLoss(kind: FindingKind): string {
  if (kind === 'unknown-version') return 'Nothing is said of its entries, nor of the rest of the log.';
  if (kind === 'foreign-segment') return 'Its entries are not of this log. Move the file to where it belongs.';
  return 'No entry is lost by it.';
}

function describePerhaps(perhapsLost: number, lost: SequenceRange | undefined): string {
  const more = lost ? 'more ' : '';
  return `Up to ${readableCount(perhapsLost)} ${more}entries may have stood there: nothing tells how many, or whether they were acknowledged.`;
}

function describeLost(lost: SequenceRange, log: KnownLog): string[] {
  const held = heldIn(lost, log);
  const count = lost.last - lost.first + 1;
  const them = count === 1 ? 'it' : 'them';
  const lines = [
    count === 1
      ? `   ${rangeText(lost)} cannot be read. It was durable: whoever bought it has been told yes.`
      : `   ${rangeText(lost)} cannot be read. They were durable: whoever bought them has been told yes.`,
  ];
  if (log.hasDatabase && lost.last <= log.known.lowWaterMark) lines.push(`   Every destination has confirmed ${them}.`);
  if (held.count > 0) {
    const which = held.count === count ? them : `${readableCount(held.count)} of them`;
    const ids = held.ids.length > 0 ? `: ${held.ids.join(', ')}${held.count > held.ids.length ? ' …' : ''}` : '';
    lines.push(`   The database has ${which}${ids}.`);
  }
  if (held.count < count) {
    const rest = count === 1 ? 'It is' : held.count > 0 ? 'The others are' : 'They are';
    lines.push(
      `   ${rest} in no database here. The destinations may have ${them}: ` +
        `GET /audit?after=${lost.first - 1}&limit=${Math.min(count, 1000)} of each tells.`,
    );
  }
  return lines;
}

/** `entry 7`, or `entries 7 to 9 (3)`. */
export function rangeText({ first, last }: SequenceRange): string {
  return first === last ? `entry ${first}` : `entries ${first} to ${last} (${readableCount(last - first + 1)})`;
}

function heldIn({ first, last }: SequenceRange, log: KnownLog): { count: number; ids: string[] } {
  const ids: string[] = [];
  let count = 0;
  for (let sequence = first; sequence <= last; sequence = (sequence + 1) as Sequence) {
    if (!log.payloadOf(sequence)) continue;
    count += 1;
    const id = ids.length < idsMax ? log.purchaseId(sequence) : undefined;
    if (id !== undefined) ids.push(id);
  }
  return { count, ids };
}

/** Whether the database has every entry that a finding has cost, and none is in doubt. */
export function isHeld({ lost, perhapsLost }: Finding, log: KnownLog): boolean {
  if (perhapsLost > 0) return false;
  return lost === undefined || heldIn(lost, log).count === lost.last - lost.first + 1;
}
