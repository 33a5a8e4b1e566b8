import type { Finding } from './types.js';

const width = 80;
const outcomeWidth = 7;
const labelIndent = ' '.repeat(outcomeWidth + 2);
const labelWidth = 10;

/** One line, and for what is not right what was sent, what came, what was expected and why. Fits 80 columns. */
export function describeFinding({ name, sent, verdict }: Finding, verbose: boolean): string[] {
  const head = cut(`${verdict.outcome.padEnd(outcomeWidth)}${name}: ${verdict.came}`);
  const facts = [...labelled('sent', sent), ...labelled('came', verdict.came)];
  if (verdict.outcome === 'ok') return verbose ? [head, ...facts] : [head];
  return [head, ...facts, ...labelled('expected', verdict.expected), ...labelled('why', verdict.why)];
}

/** How it went, in one line or two. */
export function describeCount(findings: readonly Finding[], leftOut: number): string[] {
  const count = (outcome: string) => findings.filter(({ verdict }) => verdict.outcome === outcome).length;
  const made = `${findings.length} ${findings.length === 1 ? 'check' : 'checks'}`;
  const sum = `${made}: ${count('ok')} ok, ${count('note')} to note, ${count('WRONG')} WRONG`;
  if (leftOut === 0) return [sum];
  return [sum, `${leftOut} others were left out: they need a receiver that takes a valid event`];
}

function labelled(label: string, text: string): string[] {
  return wrapped(text, width - labelIndent.length - labelWidth).map(
    (line, index) => `${labelIndent}${(index === 0 ? label : '').padEnd(labelWidth)}${line}`,
  );
}

function wrapped(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ').flatMap((each) => pieces(each, columns))) {
    if (line !== '' && line.length + 1 + word.length > columns) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}

/** A word that is wider than a line. */
function pieces(word: string, columns: number): string[] {
  const parts: string[] = [];
  for (let at = 0; at < word.length; at += columns) parts.push(word.slice(at, at + columns));
  return parts;
}

function cut(line: string): string {
  return line.length <= width ? line : `${line.slice(0, width - 1)}…`;
}
