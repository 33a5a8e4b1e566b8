/** What a `traceparent` header says, after the W3C Recommendation Trace Context. */
export interface Traceparent {
  /** 32 hexadecimal digits: the same in every service that one request passes. */
  readonly traceId: string;
  /** 16 of them: what the sender was doing when it sent this. */
  readonly parentId: string;
  /** Bits 0 (sampled) and 1 (the trace-id is random); those that have no meaning yet are 0. */
  readonly flags: number;
}

const form = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const knownFlags = 0x03;

/**
 * Reads a `traceparent`: version 00 to the letter; of a later one, which may say more, the part that is the same in all versions
 * (section 4.3 there). Undefined for anything else, ids of nothing but zeros too: whoever cannot read it is to act as if it were not
 * there.
 */
export function parseTraceparent(header: string): Traceparent | undefined {
  const [, version, traceId = '', parentId = '', flags = '', more] = form.exec(header) ?? [];
  if (version === undefined || version === 'ff' || (version === '00' && more !== undefined)) return undefined;
  if (isZero(traceId) || isZero(parentId)) return undefined;
  return { traceId, parentId, flags: Number.parseInt(flags, 16) & knownFlags };
}

/** As version 00 writes it, whichever version it came in: that is the one which those after us are known to read. */
export function formatTraceparent({ traceId, parentId, flags }: Traceparent): string {
  return `00-${traceId}-${parentId}-${flags.toString(16).padStart(2, '0')}`;
}

function isZero(id: string): boolean {
  return /^0+$/.test(id);
}
