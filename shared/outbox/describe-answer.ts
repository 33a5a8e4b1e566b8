import { STATUS_CODES } from 'node:http';

import { problemWords } from './problem-words.js';
import type { Answer } from './types.js';

const TEXT_LENGTH_MAX = 300;

/** An answer in words for people: `503 Service Unavailable: closed for stock-taking`, `no answer within 5000 ms`. */
export function describeAnswer(answer: Answer): string {
  const said = answer.kind === 'status' && answer.detail !== '' ? `: ${problemWords(answer.detail)}` : '';
  return shortenText(describeAnswerStatus(answer) + said);
}

/** The same without the destination's own words, which may repeat what it was sent: for the log (H5). */
export function describeAnswerStatus(answer: Answer): string {
  if (answer.kind === 'none') return shortenText(answer.detail);
  const phrase = STATUS_CODES[answer.status];
  const status = phrase === undefined ? String(answer.status) : `${answer.status} ${phrase}`;
  return answer.redirect === undefined ? status : `${status} to ${answer.redirect}`;
}

/** What came back instead of an answer to the question whether it has an entry. */
export function describeNoHolding(answer: Answer): string {
  return shortenText(`it did not say whether it has it: ${describeAnswer(answer)}`);
}

/** One line of bounded length: it is stored with every failure, and was written by somebody else. */
export function shortenText(text: string, lengthMax = TEXT_LENGTH_MAX): string {
  // eslint-disable-next-line no-control-regex -- control characters are what must not reach a terminal
  const line = text.replace(/[\s\u0000-\u001f\u007f]+/g, ' ').trim();
  return line.length <= lengthMax ? line : `${line.slice(0, lengthMax - 1)}…`;
}
