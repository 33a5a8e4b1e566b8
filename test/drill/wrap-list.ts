const columns = 80;
const indent = '  ';

/** Words one after the other, with commas, in lines that fit. */
export function wrapList(words: readonly string[]): string[] {
  const lines: string[] = [];
  let line = indent;
  for (const [index, word] of words.entries()) {
    const text = index < words.length - 1 ? `${word},` : word;
    if (line !== indent && line.length + text.length > columns) {
      lines.push(line.trimEnd());
      line = indent;
    }
    line += `${text} `;
  }
  return [...lines, line.trimEnd()];
}
