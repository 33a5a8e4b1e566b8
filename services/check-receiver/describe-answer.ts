import type { ReceiverAnswer } from './types.js';

const textLengthMax = 160;

/** An answer in one line: `200 {"status":"applied"}`, `404 Not found: There is nothing at this address.` */
export function describeAnswer(answer: ReceiverAnswer): string {
  if (answer.kind === 'none') return answer.reason === 'timeout' ? answer.detail : `no answer (${answer.detail})`;
  const text = oneLine(problemIn(answer.json) ?? answer.text);
  return text === '' ? `${answer.status}` : `${answer.status} ${text}`;
}

/** What a problem (RFC 9457) says to people. */
function problemIn(json: unknown): string | undefined {
  const { title, detail } = (json ?? {}) as { title?: unknown; detail?: unknown };
  if (typeof title !== 'string') return undefined;
  return typeof detail === 'string' ? `${title}: ${detail}` : title;
}

/** Written by somebody else: what could steer a terminal goes. */
function oneLine(text: string): string {
  // eslint-disable-next-line no-control-regex -- control characters are what must not reach a terminal
  const line = text.replace(/[\s\u0000-\u001f\u007f-\u009f]+/g, ' ').trim();
  return line.length <= textLengthMax ? line : `${line.slice(0, textLengthMax - 1)}…`;
}
