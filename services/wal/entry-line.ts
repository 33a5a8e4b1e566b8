import { isUtf8 } from 'node:buffer';

/** One entry as a line of JSON: the format of `dump` and of `salvaged.jsonl`. */
export function entryLine(
  sequence: number,
  at: { readonly segment: string; readonly offset: number; readonly index: number } | undefined,
  payload: Buffer,
): string {
  const place = at
    ? `"segment":${JSON.stringify(at.segment)},"offset":${at.offset},"index":${at.index}`
    : '"segment":null,"offset":null,"index":null';
  return `{"sequence":${sequence},${place},${payloadMember(payload)}}\n`;
}

/** JSON goes in as it stands, so that every digit of a number is kept. */
function payloadMember(payload: Buffer): string {
  if (isUtf8(payload)) {
    const text = payload.toString();
    const parsed = parsedJson(text);
    if (parsed) return `"payload":${/[\n\r]/.test(text) ? JSON.stringify(parsed.value) : text}`;
  }
  return `"payloadBase64":"${payload.toString('base64')}"`;
}

function parsedJson(text: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    // Whether it is JSON is just what is asked.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
